"""Queries as readers type them, and what a librarian would expect. The second list was written before the code.

``SAME`` are groups that find the same; ``FIND`` find lines of LINES, by number; ``NEVER`` do not find a line;
``NOTHING`` find nothing. ``MEANT`` are slips and what is offered; ``HINTED`` say nothing by themselves.
"""

LINES = [
    "The sum of £9.9m was set aside for 2024-25 and for 2026/27.",
    "See paragraph 4.2 of Cm. 9876, and section 12(3)(b) of the schedule.",
    "Help for victims/survivors, and/or their families, is run by the police/CPS.",
    "Llŷr and Zoë Müller wrote to the panel.",
    "A fund of £1.5 billion, of which £426,000 was spent on 3,000 files; 50% and 1/2 of each.",
    "It is done under s.5 of the Act, as case C-60/00 says.",
    "The panel met at 10.30am on 17 June 2025, and in Sept. 2025.",
    "The N.C.A. covers the U.K. as a whole; the NCA’s own files are on GOV.UK.",
    "Write to desk@example.org.uk about circular 004/2026.",
    "Cold-case work is rolled out; each roll-out of out-of-area beds is recorded.",
    "The WHO gave guidance on IT for organisations that recognise an offence or a defence.",
    "The minister’s pledge to each victim’s family: children’s homes and a child’s file are read by officers.",
    "The programme on grey areas is the labour of a centre: judgement and practice, in colour.",
    "A follow-up on well-being by e-mail, with multi-agency teams.",
    "£2.5m went to 10,000 homes, 12 per cent of all, in 2019/20.",
    "From 1 April 2026 to Oct 2027, see art. 8, Sch. 2, rec. 44, reg. 14, pp. 12 and HC 261.",
    "H.M.I.C.F.R.S. and Siân O’Brien met two MPs and a woman.",
    "A therapist works at the office of the author; the public waits. The rapist was convicted.",
    "The government of the US will not wait: people with no safeguarding.",
    "The cold in any case was hard, and the section on page 5 is 15 lines.",
]
"""Each is a passage of its own."""

SAME = [
    "licensing|licence|licences|license|licensed", "taxi licensing|taxi licence", "inquiry|inquiries|enquiry",
    "cold-case|coldcase|cold case|cold cases", "roll out|roll-out|rollout", "out-of-area|out of area",
    "victims|victim's|victims’", "children's|child|childrens", "minister’s|minister", "NCA's|NCA|N.C.A.", "U.K.|UK",
    "£426,000|426000", "£1.5 billion|£1.5bn", "3,000|3000", "Sept|September", "s.5|section 5|s 5",
    "para 4.2|paragraph 4.2", "gov.uk|GOV.UK", "Llŷr|Llyr", "Zoë|Zoe", "Müller|Muller",
    "\"national inquiry\"|“national inquiry”", "organisation|organization", "recognise|recognize", "offence|offense",
    "defence|defense", "police -taxi|police NOT taxi", "17 June 2025|2025-06-17",
]  # fmt: skip
FIND = {
    "£9.9m": [0], "2024-25": [0], "2026/27": [0], "4.2": [1], "paragraph 4.2": [1], "Cm. 9876": [1],
    "section 12(3)(b)": [1], "victims/survivors": [2], "survivors": [2], "and/or": [], "police/CPS": [2], "CPS": [2],
    "Llyr": [3], "Zoe": [3], "Muller": [3], "£1.5 billion": [4], "426000": [4], "3000": [4], "50%": [4], "1/2": [4],
    "s.5": [5], "C-60/00": [5], "17 June 2025": [6], "2025-06-17": [6], "Sept": [6], "NCA": [7], "UK": [7],
    "gov.uk": [7], "desk@example.org.uk": [8], "example.org.uk": [8], "004/2026": [8], "cold case": [9],
    "rollout": [9], "roll out": [9], "out of area": [9], "WHO": [10], "IT": [10], "organization": [10],
    "recognize": [10], "offense": [10], "defense": [10], "minister": [11], "victims": [11], "child": [11],
}  # fmt: skip
NEVER = {"cold case": [19], "section 5": [19], "4.2": [0], "policy": [2], "IT": [5], "UK": [8]}
ALONE = [
    "licensing",
    "police -taxi",
    "taxi OR inquiry",
    "invest*",
    "recommendation 4",
    "policy",
    "Jess Phillips",
    "Yvette Cooper",
]
"""What the Casey data has, and finds something."""
NOTHING = ['"inquiry national"']
HINTED = ["the", "who", "will be"]
MEANT = {
    "Recomendation": "Recommendation", "Yvete Cooper": "Yvette Cooper", "safegarding": "safeguarding",
    "ethnicty": "ethnicity", "inquirey": "inquiry",
}  # fmt: skip
ANSWERED = {
    "overdue": "schedule=overdue",
    "broken promises": "status=dropped",
    "how many pledges kept": "status=delivered",
}
"""Questions, and the filter that answers them."""

KEPT_BACK_SAME = [
    "programme|program", "grey|gray", "colour|color", "centre|center", "labour|labor", "practise|practice",
    "judgement|judgment", "follow-up|follow up|followup", "well-being|wellbeing", "e-mail|email",
    "multi-agency|multiagency|multi agency", "£2.5m|£2.5 million|£2,500,000|2500000", "10,000|10000",
    "12 per cent|12%|12 percent", "2019/20|2019-20|2019–20|2019-2020",
    "1 April 2026|2026-04-01|01/04/2026|April 1, 2026|1st April 2026", "Oct 2027|October 2027", "art. 8|article 8",
    "Sch. 2|Schedule 2", "rec 44|recommendation 44|rec. 44", "reg 14|regulation 14", "pp. 12|page 12",
    "HC 261|H.C. 261", "H.M.I.C.F.R.S.|HMICFRS", "O'Brien|O’Brien|OBrien", "Siân|Sian", "women|woman|women's",
    "MPs|MP|MP’s",
]  # fmt: skip
KEPT_BACK_FIND = {
    "2019": [14], "programme": [12], "grey": [12], "centre": [12], "judgment": [12], "color": [12], "followup": [13],
    "wellbeing": [13], "email": [13], "multiagency": [13], "2500000": [14], "10000": [14], "12%": [14],
    "2019-20": [14], "2026-04-01": [15], "October 2027": [15], "article 8": [15], "schedule 2": [15], "rec 44": [15],
    "regulation 14": [15], "page 12": [15], "HC 261": [15], "HMICFRS": [16], "O'Brien": [16], "Sian": [16],
    "women": [16], "MP": [16], "US": [18], "\"will not\"": [18], "therapist": [17], "author": [17],
    "cases -\"cold case\"": [19], "guvnor OR therapist": [17],
}  # fmt: skip
KEPT_BACK_NEVER = {"therapist": [16, 18], "officer": [17], "publication": [17], "authority": [17], "4.2": [14]}
KEPT_BACK_MEANT = {"goverment": "government", "safegaurding": "safeguarding", "therapst": "therapist"}
KEPT_BACK_HINTED = ["us", "it"]
