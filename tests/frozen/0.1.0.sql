BEGIN TRANSACTION;
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "auth_permission" VALUES(1,1,'add_logentry','Can add log entry');
INSERT INTO "auth_permission" VALUES(2,1,'change_logentry','Can change log entry');
INSERT INTO "auth_permission" VALUES(3,1,'delete_logentry','Can delete log entry');
INSERT INTO "auth_permission" VALUES(4,1,'view_logentry','Can view log entry');
INSERT INTO "auth_permission" VALUES(5,2,'add_permission','Can add permission');
INSERT INTO "auth_permission" VALUES(6,2,'change_permission','Can change permission');
INSERT INTO "auth_permission" VALUES(7,2,'delete_permission','Can delete permission');
INSERT INTO "auth_permission" VALUES(8,2,'view_permission','Can view permission');
INSERT INTO "auth_permission" VALUES(9,3,'add_group','Can add group');
INSERT INTO "auth_permission" VALUES(10,3,'change_group','Can change group');
INSERT INTO "auth_permission" VALUES(11,3,'delete_group','Can delete group');
INSERT INTO "auth_permission" VALUES(12,3,'view_group','Can view group');
INSERT INTO "auth_permission" VALUES(13,4,'add_user','Can add user');
INSERT INTO "auth_permission" VALUES(14,4,'change_user','Can change user');
INSERT INTO "auth_permission" VALUES(15,4,'delete_user','Can delete user');
INSERT INTO "auth_permission" VALUES(16,4,'view_user','Can view user');
INSERT INTO "auth_permission" VALUES(17,5,'add_contenttype','Can add content type');
INSERT INTO "auth_permission" VALUES(18,5,'change_contenttype','Can change content type');
INSERT INTO "auth_permission" VALUES(19,5,'delete_contenttype','Can delete content type');
INSERT INTO "auth_permission" VALUES(20,5,'view_contenttype','Can view content type');
INSERT INTO "auth_permission" VALUES(21,6,'add_session','Can add session');
INSERT INTO "auth_permission" VALUES(22,6,'change_session','Can change session');
INSERT INTO "auth_permission" VALUES(23,6,'delete_session','Can delete session');
INSERT INTO "auth_permission" VALUES(24,6,'view_session','Can view session');
INSERT INTO "auth_permission" VALUES(25,7,'add_source','Can add source');
INSERT INTO "auth_permission" VALUES(26,7,'change_source','Can change source');
INSERT INTO "auth_permission" VALUES(27,7,'delete_source','Can delete source');
INSERT INTO "auth_permission" VALUES(28,7,'view_source','Can view source');
INSERT INTO "auth_permission" VALUES(29,8,'add_passage','Can add passage');
INSERT INTO "auth_permission" VALUES(30,8,'change_passage','Can change passage');
INSERT INTO "auth_permission" VALUES(31,8,'delete_passage','Can delete passage');
INSERT INTO "auth_permission" VALUES(32,8,'view_passage','Can view passage');
INSERT INTO "auth_permission" VALUES(33,9,'add_body','Can add body');
INSERT INTO "auth_permission" VALUES(34,9,'change_body','Can change body');
INSERT INTO "auth_permission" VALUES(35,9,'delete_body','Can delete body');
INSERT INTO "auth_permission" VALUES(36,9,'view_body','Can view body');
INSERT INTO "auth_permission" VALUES(37,10,'add_statusupdate','Can add status update');
INSERT INTO "auth_permission" VALUES(38,10,'change_statusupdate','Can change status update');
INSERT INTO "auth_permission" VALUES(39,10,'delete_statusupdate','Can delete status update');
INSERT INTO "auth_permission" VALUES(40,10,'view_statusupdate','Can view status update');
INSERT INTO "auth_permission" VALUES(41,11,'add_pledge','Can add pledge');
INSERT INTO "auth_permission" VALUES(42,11,'change_pledge','Can change pledge');
INSERT INTO "auth_permission" VALUES(43,11,'delete_pledge','Can delete pledge');
INSERT INTO "auth_permission" VALUES(44,11,'view_pledge','Can view pledge');
INSERT INTO "auth_permission" VALUES(45,12,'add_review','Can add review');
INSERT INTO "auth_permission" VALUES(46,12,'change_review','Can change review');
INSERT INTO "auth_permission" VALUES(47,12,'delete_review','Can delete review');
INSERT INTO "auth_permission" VALUES(48,12,'view_review','Can view review');
INSERT INTO "auth_permission" VALUES(49,13,'add_theme','Can add theme');
INSERT INTO "auth_permission" VALUES(50,13,'change_theme','Can change theme');
INSERT INTO "auth_permission" VALUES(51,13,'delete_theme','Can delete theme');
INSERT INTO "auth_permission" VALUES(52,13,'view_theme','Can view theme');
INSERT INTO "auth_permission" VALUES(53,14,'add_entrytext','Can add entry text');
INSERT INTO "auth_permission" VALUES(54,14,'change_entrytext','Can change entry text');
INSERT INTO "auth_permission" VALUES(55,14,'delete_entrytext','Can delete entry text');
INSERT INTO "auth_permission" VALUES(56,14,'view_entrytext','Can view entry text');
INSERT INTO "auth_permission" VALUES(57,15,'add_conflict','Can add conflict');
INSERT INTO "auth_permission" VALUES(58,15,'change_conflict','Can change conflict');
INSERT INTO "auth_permission" VALUES(59,15,'delete_conflict','Can delete conflict');
INSERT INTO "auth_permission" VALUES(60,15,'view_conflict','Can view conflict');
INSERT INTO "auth_permission" VALUES(61,16,'add_citation','Can add citation');
INSERT INTO "auth_permission" VALUES(62,16,'change_citation','Can change citation');
INSERT INTO "auth_permission" VALUES(63,16,'delete_citation','Can delete citation');
INSERT INTO "auth_permission" VALUES(64,16,'view_citation','Can view citation');
INSERT INTO "auth_permission" VALUES(65,17,'add_recommendation','Can add recommendation');
INSERT INTO "auth_permission" VALUES(66,17,'change_recommendation','Can change recommendation');
INSERT INTO "auth_permission" VALUES(67,17,'delete_recommendation','Can delete recommendation');
INSERT INTO "auth_permission" VALUES(68,17,'view_recommendation','Can view recommendation');
INSERT INTO "auth_permission" VALUES(69,18,'add_conflictside','Can add conflict side');
INSERT INTO "auth_permission" VALUES(70,18,'change_conflictside','Can change conflict side');
INSERT INTO "auth_permission" VALUES(71,18,'delete_conflictside','Can delete conflict side');
INSERT INTO "auth_permission" VALUES(72,18,'view_conflictside','Can view conflict side');
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
INSERT INTO "auth_user" VALUES(1,'!KxS4bl0Gr9kQKFRlOJ064HyX8rqbhXCneO55Lywc',NULL,1,'frozen','','',1,1,'2026-11-24 11:53:56.232164','');
CREATE TABLE "auth_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "django_admin_log" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "object_id" text NULL, "object_repr" varchar(200) NOT NULL, "action_flag" smallint unsigned NOT NULL CHECK ("action_flag" >= 0), "change_message" text NOT NULL, "content_type_id" integer NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "action_time" datetime NOT NULL);
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "django_content_type" VALUES(1,'admin','logentry');
INSERT INTO "django_content_type" VALUES(2,'auth','permission');
INSERT INTO "django_content_type" VALUES(3,'auth','group');
INSERT INTO "django_content_type" VALUES(4,'auth','user');
INSERT INTO "django_content_type" VALUES(5,'contenttypes','contenttype');
INSERT INTO "django_content_type" VALUES(6,'sessions','session');
INSERT INTO "django_content_type" VALUES(7,'sources','source');
INSERT INTO "django_content_type" VALUES(8,'sources','passage');
INSERT INTO "django_content_type" VALUES(9,'pledges','body');
INSERT INTO "django_content_type" VALUES(10,'pledges','statusupdate');
INSERT INTO "django_content_type" VALUES(11,'pledges','pledge');
INSERT INTO "django_content_type" VALUES(12,'pledges','review');
INSERT INTO "django_content_type" VALUES(13,'pledges','theme');
INSERT INTO "django_content_type" VALUES(14,'pledges','entrytext');
INSERT INTO "django_content_type" VALUES(15,'pledges','conflict');
INSERT INTO "django_content_type" VALUES(16,'pledges','citation');
INSERT INTO "django_content_type" VALUES(17,'pledges','recommendation');
INSERT INTO "django_content_type" VALUES(18,'pledges','conflictside');
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" VALUES(1,'contenttypes','0001_initial','2026-11-24 11:53:55.144717');
INSERT INTO "django_migrations" VALUES(2,'auth','0001_initial','2026-11-24 11:53:55.155325');
INSERT INTO "django_migrations" VALUES(3,'admin','0001_initial','2026-11-24 11:53:55.161881');
INSERT INTO "django_migrations" VALUES(4,'admin','0002_logentry_remove_auto_add','2026-11-24 11:53:55.168906');
INSERT INTO "django_migrations" VALUES(5,'admin','0003_logentry_add_action_flag_choices','2026-11-24 11:53:55.173609');
INSERT INTO "django_migrations" VALUES(6,'contenttypes','0002_remove_content_type_name','2026-11-24 11:53:55.185395');
INSERT INTO "django_migrations" VALUES(7,'auth','0002_alter_permission_name_max_length','2026-11-24 11:53:55.191831');
INSERT INTO "django_migrations" VALUES(8,'auth','0003_alter_user_email_max_length','2026-11-24 11:53:55.198044');
INSERT INTO "django_migrations" VALUES(9,'auth','0004_alter_user_username_opts','2026-11-24 11:53:55.202986');
INSERT INTO "django_migrations" VALUES(10,'auth','0005_alter_user_last_login_null','2026-11-24 11:53:55.209311');
INSERT INTO "django_migrations" VALUES(11,'auth','0006_require_contenttypes_0002','2026-11-24 11:53:55.210757');
INSERT INTO "django_migrations" VALUES(12,'auth','0007_alter_validators_add_error_messages','2026-11-24 11:53:55.215221');
INSERT INTO "django_migrations" VALUES(13,'auth','0008_alter_user_username_max_length','2026-11-24 11:53:55.221429');
INSERT INTO "django_migrations" VALUES(14,'auth','0009_alter_user_last_name_max_length','2026-11-24 11:53:55.227612');
INSERT INTO "django_migrations" VALUES(15,'auth','0010_alter_group_name_max_length','2026-11-24 11:53:55.235393');
INSERT INTO "django_migrations" VALUES(16,'auth','0011_update_proxy_permissions','2026-11-24 11:53:55.239892');
INSERT INTO "django_migrations" VALUES(17,'auth','0012_alter_user_first_name_max_length','2026-11-24 11:53:55.245801');
INSERT INTO "django_migrations" VALUES(18,'sources','0001_initial','2026-11-24 11:53:55.287977');
INSERT INTO "django_migrations" VALUES(19,'pledges','0001_initial','2026-11-24 11:53:55.528435');
INSERT INTO "django_migrations" VALUES(20,'sessions','0001_initial','2026-11-24 11:53:55.532909');
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE TABLE "pledges_body" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "name" varchar(200) NOT NULL UNIQUE);
INSERT INTO "pledges_body" VALUES(1,'uk-government','UK Government');
INSERT INTO "pledges_body" VALUES(2,'home-secretary','Home Secretary');
INSERT INTO "pledges_body" VALUES(3,'prime-minister','Prime Minister');
INSERT INTO "pledges_body" VALUES(4,'national-crime-agency','National Crime Agency');
CREATE TABLE "pledges_citation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "role" varchar(24) NOT NULL, "note" varchar(300) NOT NULL, "source_sha256" varchar(64) NOT NULL, "passage_id" bigint NOT NULL REFERENCES "sources_passage" ("id") DEFERRABLE INITIALLY DEFERRED, "update_id" bigint NULL REFERENCES "pledges_statusupdate" ("id") DEFERRABLE INITIALLY DEFERRED, "pledge_id" bigint NULL REFERENCES "pledges_pledge" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pledges_citation_role_known" CHECK ("role" IN ('pledge', 'recommendation', 'scope', 'deadline', 'baseline', 'progress', 'official-position', 'conflict', 'incomplete')), CONSTRAINT "pledges_citation_one_claim" CHECK ((("pledge_id" IS NOT NULL AND "update_id" IS NULL) OR ("pledge_id" IS NULL AND "update_id" IS NOT NULL))), CONSTRAINT "pledges_citation_once_for_pledge" UNIQUE ("pledge_id", "passage_id", "role"), CONSTRAINT "pledges_citation_once_for_update" UNIQUE ("update_id", "passage_id", "role"));
INSERT INTO "pledges_citation" VALUES(1,'pledge','Scope as reported: any adult man.','',4,NULL,1);
INSERT INTO "pledges_citation" VALUES(2,'pledge','Scope as reported: anyone. The two reports differ.','',6,NULL,1);
INSERT INTO "pledges_citation" VALUES(3,'pledge','The official wording: no limit to men. The press reports say "any adult man" and "anyone".','',18,NULL,1);
INSERT INTO "pledges_citation" VALUES(4,'recommendation','Recommendation 1.','',19,NULL,1);
INSERT INTO "pledges_citation" VALUES(5,'scope','A condition that the government states.','',20,NULL,1);
INSERT INTO "pledges_citation" VALUES(6,'pledge','','',10,NULL,2);
INSERT INTO "pledges_citation" VALUES(7,'progress','The same page dates the committee''s report to 9 June.','',28,NULL,2);
INSERT INTO "pledges_citation" VALUES(8,'pledge','Number as reported: more than 1,000.','',2,NULL,3);
INSERT INTO "pledges_citation" VALUES(9,'conflict','Number as reported: more than 800. The agency''s name is damaged in this copy of the text.','',15,NULL,3);
INSERT INTO "pledges_citation" VALUES(10,'pledge','Reach as reported: convicted sex offenders.','',3,NULL,4);
INSERT INTO "pledges_citation" VALUES(11,'pledge','Reach as reported: asylum seekers found to have committed child sexual exploitation. The two reports differ.','',12,NULL,4);
INSERT INTO "pledges_citation" VALUES(12,'incomplete','The sentence is cut off in this copy of the text: it cannot be tracked until another source completes it.','',13,NULL,4);
INSERT INTO "pledges_citation" VALUES(13,'pledge','','',17,NULL,5);
INSERT INTO "pledges_citation" VALUES(14,'deadline','','',14,NULL,5);
INSERT INTO "pledges_citation" VALUES(15,'scope','','',16,NULL,5);
INSERT INTO "pledges_citation" VALUES(16,'pledge','','',5,NULL,6);
INSERT INTO "pledges_citation" VALUES(17,'baseline','The starting point that progress is measured from.','',1,NULL,6);
INSERT INTO "pledges_citation" VALUES(18,'pledge','','',11,NULL,7);
INSERT INTO "pledges_citation" VALUES(19,'pledge','Overlaps the longer passage of mandatory-rape-charge: passages may nest.','',7,NULL,8);
INSERT INTO "pledges_citation" VALUES(20,'pledge','','',21,NULL,8);
INSERT INTO "pledges_citation" VALUES(21,'official-position','What the government says of itself.','',22,NULL,8);
INSERT INTO "pledges_citation" VALUES(22,'official-position','What the government says of itself.','',31,NULL,8);
INSERT INTO "pledges_citation" VALUES(23,'recommendation','','',9,NULL,9);
INSERT INTO "pledges_citation" VALUES(24,'recommendation','A stray ; stands in this copy of the text: the quotation keeps it.','',8,NULL,10);
INSERT INTO "pledges_citation" VALUES(25,'pledge','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',4,1,NULL);
INSERT INTO "pledges_citation" VALUES(26,'pledge','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',10,2,NULL);
INSERT INTO "pledges_citation" VALUES(27,'pledge','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',2,3,NULL);
INSERT INTO "pledges_citation" VALUES(28,'pledge','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,4,NULL);
INSERT INTO "pledges_citation" VALUES(29,'pledge','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',17,5,NULL);
INSERT INTO "pledges_citation" VALUES(30,'pledge','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',5,6,NULL);
INSERT INTO "pledges_citation" VALUES(31,'pledge','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',11,7,NULL);
INSERT INTO "pledges_citation" VALUES(32,'pledge','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',7,8,NULL);
INSERT INTO "pledges_citation" VALUES(33,'recommendation','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',9,9,NULL);
INSERT INTO "pledges_citation" VALUES(34,'recommendation','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',8,10,NULL);
INSERT INTO "pledges_citation" VALUES(35,'progress','236 here: cases that involve allegations of rape.','',23,11,NULL);
INSERT INTO "pledges_citation" VALUES(36,'progress','','',25,11,NULL);
INSERT INTO "pledges_citation" VALUES(37,'conflict','236 here: investigations incorrectly closed. The reports give the same number two meanings.','',24,11,NULL);
INSERT INTO "pledges_citation" VALUES(38,'progress','A minister on the Border Security, Asylum and Immigration Bill.','',26,12,NULL);
INSERT INTO "pledges_citation" VALUES(39,'progress','Report stage, 25 November 2025.','',27,13,NULL);
INSERT INTO "pledges_citation" VALUES(40,'progress','','',29,14,NULL);
INSERT INTO "pledges_citation" VALUES(41,'deadline','A firmer deadline than the press report''s "expected to take around three years".','',30,14,NULL);
INSERT INTO "pledges_citation" VALUES(42,'deadline','The same day''s letter says "expected": the two official texts differ in force.','',32,14,NULL);
INSERT INTO "pledges_citation" VALUES(43,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,15,NULL);
INSERT INTO "pledges_citation" VALUES(44,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,16,NULL);
INSERT INTO "pledges_citation" VALUES(45,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,17,NULL);
INSERT INTO "pledges_citation" VALUES(46,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,18,NULL);
INSERT INTO "pledges_citation" VALUES(47,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,19,NULL);
INSERT INTO "pledges_citation" VALUES(48,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,20,NULL);
INSERT INTO "pledges_citation" VALUES(49,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,21,NULL);
INSERT INTO "pledges_citation" VALUES(50,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,22,NULL);
INSERT INTO "pledges_citation" VALUES(51,'progress','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',3,23,NULL);
CREATE TABLE "pledges_conflict" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "question" varchar(200) NOT NULL, "note" text NOT NULL, "published_at" datetime NOT NULL, "pledge_id" bigint NOT NULL REFERENCES "pledges_pledge" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pledges_conflict_question_once" UNIQUE ("pledge_id", "question"));
INSERT INTO "pledges_conflict" VALUES(1,'Whom the charge covers','The government’s own wording is quoted but not yet checked.','2026-11-24 09:00:00',1);
INSERT INTO "pledges_conflict" VALUES(2,'How many closed cases','','2026-11-24 09:00:00',3);
INSERT INTO "pledges_conflict" VALUES(3,'What is done with them','','2026-11-24 09:00:00',3);
INSERT INTO "pledges_conflict" VALUES(4,'What the number 236 counts','The reports give the same number two meanings. Both are quoted but not yet checked.','2026-11-24 09:00:00',3);
INSERT INTO "pledges_conflict" VALUES(5,'Whom it reaches','','2026-11-24 09:00:00',4);
INSERT INTO "pledges_conflict" VALUES(6,'How long it may take','The two official texts, quoted but not yet checked, differ in force; the press report gives an expectation.','2026-11-24 09:00:00',5);
CREATE TABLE "pledges_conflictside" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "says" varchar(200) NOT NULL, "conflict_id" bigint NOT NULL REFERENCES "pledges_conflict" ("id") DEFERRABLE INITIALLY DEFERRED, "passage_id" bigint NOT NULL REFERENCES "sources_passage" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pledges_conflict_side_once" UNIQUE ("conflict_id", "passage_id"), CONSTRAINT "pledges_conflict_side_says" CHECK (NOT ("says" = '')));
INSERT INTO "pledges_conflictside" VALUES(1,'any adult man',1,4);
INSERT INTO "pledges_conflictside" VALUES(2,'anyone',1,6);
INSERT INTO "pledges_conflictside" VALUES(3,'adult abusers',1,18);
INSERT INTO "pledges_conflictside" VALUES(4,'more than 1,000',2,2);
INSERT INTO "pledges_conflictside" VALUES(5,'more than 800',2,15);
INSERT INTO "pledges_conflictside" VALUES(6,'follow up on',3,2);
INSERT INTO "pledges_conflictside" VALUES(7,'reopen',3,15);
INSERT INTO "pledges_conflictside" VALUES(8,'236 involving allegations of rape',4,23);
INSERT INTO "pledges_conflictside" VALUES(9,'236 investigations that were incorrectly closed',4,24);
INSERT INTO "pledges_conflictside" VALUES(10,'convicted sex offenders',5,3);
INSERT INTO "pledges_conflictside" VALUES(11,'asylum seekers who are found to have committed child sexual exploitation',5,12);
INSERT INTO "pledges_conflictside" VALUES(12,'expected to take around three years',6,14);
INSERT INTO "pledges_conflictside" VALUES(13,'must not take longer than 3 years',6,30);
INSERT INTO "pledges_conflictside" VALUES(14,'is expected to conclude within three years',6,32);
CREATE TABLE "pledges_entrytext" ("update_id" bigint NOT NULL PRIMARY KEY REFERENCES "pledges_statusupdate" ("id") DEFERRABLE INITIALLY DEFERRED, "headline" varchar(200) NOT NULL, "headline_salt" varchar(64) NOT NULL, "explanation" text NOT NULL, "explanation_salt" varchar(64) NOT NULL);
INSERT INTO "pledges_entrytext" VALUES(1,'No action found as of 17 June 2025','02c96b7d7f6f8757c91dbbdea8d0ea3eee5a5ec66f29282acf4bebc69cea01a7','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','0c33d5fb71d4abd73a8e1527b720d01a5321862ae7a2f22fa164d3432fca14c5');
INSERT INTO "pledges_entrytext" VALUES(2,'No action found as of 17 June 2025','35456238e487556b6da310d012383f646192725122f616ed7d9efe88848fb7a4','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','b0b0c91fe80ae7ce22d16d4855848890a213b7773081b639ce501857e9a0856d');
INSERT INTO "pledges_entrytext" VALUES(3,'No action found as of 17 June 2025','cfce4db781c5b0cd8a907233a78067531ca711a908afb9de1a11e8650288dc14','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','937950f82d3803757d2708eb157f0fbe4c43ba8c1505ca4a12c82f04fc12f756');
INSERT INTO "pledges_entrytext" VALUES(4,'No action found as of 17 June 2025','0597e2474e149d95ef6f0a00d9b4f4ed244c2e1dc71eec1855951eb947c4edca','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','a170f3943526da5099271c8d13845b8f0ed6b2e416a23aed1ca7b4dd3a8b971e');
INSERT INTO "pledges_entrytext" VALUES(5,'No action found as of 17 June 2025','ff9199cf209276d51f15fe90927607282d8ed833d04948a808b1ed36028ef94b','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','f06b1ba5b5019c45b18b81612ac5fc234683216cc78c5cc64402b95a9672935c');
INSERT INTO "pledges_entrytext" VALUES(6,'No action found as of 17 June 2025','351497c4fc39da22379f7c675d2adb7b1c4d490fe20abfc0806072a644ee0d18','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','ffd549f0bfe12dd1806adad709af5955df1a38bd86c7a7f403b6d26c2b4d6013');
INSERT INTO "pledges_entrytext" VALUES(7,'No action found as of 17 June 2025','fc86fc352d51ba8ccb3a93044ddadd2b733eaccc84dab8aa435fcd8126f4f9b3','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','ebd9be42e228721201620c0ae28b6888f0c923bee9afd280f9cb6e707ba64214');
INSERT INTO "pledges_entrytext" VALUES(8,'No action found as of 17 June 2025','1ed539e19ff69dd3f8dd45d2c491474d9da3b279f05a5e1559091d6e685ea247','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','b8f86dcb7eb80379040efd5f11384f3280c4de51b0fb46f540ebd3d92f6e3d93');
INSERT INTO "pledges_entrytext" VALUES(9,'No action found as of 17 June 2025','0678c416f497faa6b28d94277f5397e0610c4d8285b18e2c743079420a32e6cf','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','346e88e6cdb046393edb5a3cf4476ae9420200e128c025f36b9836fbb6412d77');
INSERT INTO "pledges_entrytext" VALUES(10,'No action found as of 17 June 2025','56ec71e2aba5b561aab05ecfe3864412edba2808d7315331cdcc55d21931fa38','The starting point of the record. It rests on the two press reports that this data set began with; nothing later was looked at for it.','78104b3a41dbbd8525e25d1c465731b194cbba6239441193dbd562b514d73984');
INSERT INTO "pledges_entrytext" VALUES(11,'Operation Beaconport is reviewing closed cases; 1,273 have been referred by 23 forces','bc2bc73a67ad76e057f1598e7457fcc87b1827ef6b058e5420f38d15a69eb920','The reports agree on 1,273 referrals from 23 forces and give the number 236 two meanings. The step shown is that the operation has started; no result is evidenced. The words are quoted from stored copies read on 24 November 2026 and are not yet checked. What happened later was not established: that is no sign that nothing happened.','986dfd32fcf38e7a01f1bf0b819fe6be80a3d057f624eec224294ed1277a2fd1');
INSERT INTO "pledges_entrytext" VALUES(12,'Clause 52 of the Border Security, Asylum and Immigration Bill would treat scheduled sexual offences as particularly serious crimes','8baeefc664331c4f6152e99971f0b3cd049aaa919e03ad878c08f07a546f36f0','The evidence is a minister’s written answer about a clause of a bill. It shows that the clause was introduced, not that it is law, and it speaks of exclusion from the Refugee Convention. The words are quoted from stored copies read on 24 November 2026 and are not yet checked. What happened later was not established: that is no sign that nothing happened.','9c501891c685b7d6cc2ac3227d3b1286962dbbcc854829b4eca0c94b9d58f0b2');
INSERT INTO "pledges_entrytext" VALUES(13,'The Commons approves a clause that allows national minimum licensing standards','18ea5b0374b087d0f48b380d3c42fea9e3b9e495c9a4f1cec35d75d7426bfc34','The evidence is the Institute of Licensing’s report of the vote. Approval by one House is not law; what the standards would contain is not evidenced. The words are quoted from stored copies read on 24 November 2026 and are not yet checked. What happened later was not established: that is no sign that nothing happened.','bd4793e83f78ed479abbfc159e2db1e870ab6d76b86656e4cb519a54a88221a4');
INSERT INTO "pledges_entrytext" VALUES(14,'Baroness Longfield is appointed to chair the statutory inquiry, limited to three years','8b03715fb30d770b8be4efb9449aec6fbab853ba842689b814416133a067743f','The evidence is two texts of the Home Office. One says that the inquiry must not take longer than 3 years, the other that it is expected to conclude within three years. The words are quoted from stored copies read on 24 November 2026 and are not yet checked. What happened later was not established: that is no sign that nothing happened.','d84f4addf70af20895f0de39d75bedc2d17b3c05eb7822eb57ec5db756508c39');
INSERT INTO "pledges_entrytext" VALUES(15,'Delivered: “é𝒜”xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx','9a10c55a10af0e9c55c85dae15a05d1b18f729556db839c5ba9d8a0a69cfc688','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','cf690d64761bf9b5ea33dfafb8680d34e9a8ef51ff70d6bfa1497c2ddffd38db');
INSERT INTO "pledges_entrytext" VALUES(16,'','','','');
INSERT INTO "pledges_entrytext" VALUES(17,'Under way','d1211138c79597ecda9b452cb565569352e2434368096e67a665d2c5725a97f3','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','bbb4c66241a8c071298ff71c66b09c852279ae6e27fd1f7f41d358c9bd44f97b');
INSERT INTO "pledges_entrytext" VALUES(18,'Announced','4472ab04b7062264137880e8d859464c0c1e225ece43c63657137cb23aa01688','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','d4dba1a3a1a15a206521fddcc28d48daf65138300abb925eaecd46e9d16ffe24');
INSERT INTO "pledges_entrytext" VALUES(19,'No action found','c80246c44a9dad73d02f10f7677c0a6345371889c5df500eb6411c0dc992c3cb','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','08aee49b8481cb1d3e9e7b4109cc3f84970e6b1a7ebfffb357925d08f83b4d1a');
INSERT INTO "pledges_entrytext" VALUES(20,'Dropped','b41e3e38dda38277138984e5a6110fd2b434439c1a905b3d173332dee555b57b','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','8576c677ee32e235dada055e2f2b418bdfa659e3ba012d0e87819cb0df552d5a');
INSERT INTO "pledges_entrytext" VALUES(21,'Cannot be rated','9c337eb8504fd06fea1183bb57b4b62d89d0856c3e39a61d17af97137306085d','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','83c0f9dd693878620ac2c2140d748f095a1ec812ab6a573e59236406989a39d4');
INSERT INTO "pledges_entrytext" VALUES(22,'Superseded','ce715954f381b865eff7f69e26f199ef9e92f047b71444c5a1f78aae69578d5a','Every class: é é 𝒜 שלום عربى 中文 ½ ‰ “quotes” — ‑ … 	 and a line
break. ','fd65ba78ecadabfbce37b4fb301c03c8aaa658bc02a4faea26df1118c723ad53');
INSERT INTO "pledges_entrytext" VALUES(23,'Corrected','e1161605561e1e68ffa265edecbabf8cd3ad911be581e25c2eef15c8cd9affb2','','6a91cdab79eb267d3eb30fbcd7734b6bc3f79fce57d5dc4e69f97bcb5ffdf331');
INSERT INTO "pledges_entrytext" VALUES(24,'Entry 18 withdrawn','40b03949aff5a83e15df939f8258d52c5d40382f51d4c74153843d15e3a9baf5','','9b590ede2eb6dae07f1a54f7bfcad5cc0eeeac7083480c90f013c37e9f4a93d3');
INSERT INTO "pledges_entrytext" VALUES(25,'Text of entry 16 withdrawn','e0fb643f20fa0e990e028c5f393d4d430dc41c7d52d459da29fc31f1a6fccc9c','','33a6f1ec365b191667a380b4558e01bca1772244fe787eea86950c7df12b8e88');
CREATE TABLE "pledges_pledge" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "title" varchar(300) NOT NULL, "kind" varchar(16) NOT NULL, "basis" varchar(32) NOT NULL, "made_on" date NOT NULL, "made_note" varchar(300) NOT NULL, "response" varchar(16) NOT NULL, "done_means" text NOT NULL, "unclear" text NOT NULL, "deadline_on" date NULL, "deadline_note" varchar(300) NOT NULL, "note" text NOT NULL, "promised_by_id" bigint NULL REFERENCES "pledges_body" ("id") DEFERRABLE INITIALLY DEFERRED, "recommendation_id" bigint NULL REFERENCES "pledges_recommendation" ("id") DEFERRABLE INITIALLY DEFERRED, "review_id" bigint NOT NULL REFERENCES "pledges_review" ("id") DEFERRABLE INITIALLY DEFERRED, "theme_id" bigint NOT NULL REFERENCES "pledges_theme" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pledges_pledge_kind_known" CHECK ("kind" IN ('law', 'operation', 'inquiry', 'service', 'practice')), CONSTRAINT "pledges_pledge_basis_known" CHECK ("basis" IN ('accepted-recommendation', 'ministerial-pledge', 'announced-action', 'accepted-collectively')), CONSTRAINT "pledges_pledge_response_known" CHECK ("response" IN ('', 'accepted', 'in-principle', 'in-part', 'rejected', 'none')), CONSTRAINT "pledges_pledge_recommendation_has_response" CHECK (("recommendation_id" IS NULL OR NOT ("response" = ''))), CONSTRAINT "pledges_pledge_deadline_after_made" CHECK (("deadline_on" IS NULL OR "deadline_on" >= ("made_on"))));
INSERT INTO "pledges_pledge" VALUES(1,'mandatory-rape-charge','Mandatory rape charge for adults who have penetrative sex with a child under 16','law','accepted-recommendation','2025-06-16','The government’s response, quoted but not yet checked, is dated 16 June 2025.','accepted','The law is changed so that adults who have penetrative sexual activity with a child under 16 face a mandatory rape charge, the change is in force, and charges are brought under it.','Whom it covers: the reports say “any adult man” and “anyone”; the government’s own wording, quoted but not yet checked, says “adult abusers”.',NULL,'','',1,1,1,1);
INSERT INTO "pledges_pledge" VALUES(2,'taxi-licensing','Close the loopholes in taxi licensing','law','announced-action','2025-06-17','Reported by this day; the words do not say on which day they were spoken.','','The loopholes in taxi licensing that arise from inconsistent local regulations are closed by rules that are in force.','“Loopholes” are not listed: the words do not say which rules must change.',NULL,'','',1,NULL,1,2);
INSERT INTO "pledges_pledge" VALUES(3,'nca-cold-cases','A nationwide NCA operation that follows up closed cases','operation','announced-action','2025-06-17','Reported by this day; the words do not say on which day they were spoken.','','The National Crime Agency has carried out a nationwide operation that targets people who have sexually exploited children, and has followed up on the closed cases.','How many cases: more than 1,000 in one report, more than 800 in the other. “Follow up on” and “reopen” may not mean the same.',NULL,'','',1,NULL,1,3);
INSERT INTO "pledges_pledge" VALUES(4,'asylum-exclusion','Exclude convicted sex offenders from the asylum system','law','ministerial-pledge','2025-06-17','Reported by this day; the words do not say on which day they were spoken.','','Convicted sex offenders are excluded from the asylum system by rules that are in force and applied.','Whom it reaches: “convicted sex offenders” in one report, “asylum seekers who are found to have committed child sexual exploitation” in the other. What exclusion means is not said.',NULL,'','',2,NULL,1,4);
INSERT INTO "pledges_pledge" VALUES(5,'national-inquiry','A statutory national inquiry','inquiry','accepted-recommendation','2025-06-17','Reported by this day; the words do not say on which day they were spoken.','accepted','A national inquiry on a statutory footing is set up, is held and reports.','',NULL,'“expected to take around three years”: a reported expectation, not a promise, and the start date is not stated.','',3,NULL,1,5);
INSERT INTO "pledges_pledge" VALUES(6,'ethnicity-data','Every authority records suspects’ ethnicity','service','accepted-recommendation','2025-06-17','Reported by this day; the words do not say on which day they were spoken.','accepted','All authorities track ethnicity data. The starting point: ethnicity is recorded for around 37% of suspects.','Who “all authorities” are, and which share would count as done, is not said.',NULL,'','',2,NULL,1,6);
INSERT INTO "pledges_pledge" VALUES(7,'victims-counselling','Trauma counselling for victims at once, without legal delay','service','announced-action','2025-06-17','Reported by this day; the words do not say on which day they were spoken.','','Victims are offered trauma counselling immediately and without legal delay.','“Immediately” names no day, and “without legal delay” is not explained.',NULL,'“immediately”: no day follows from the word.','',1,NULL,1,7);
INSERT INTO "pledges_pledge" VALUES(8,'remaining-recommendations','Take on the audit’s other recommendations','practice','ministerial-pledge','2025-06-16','The government’s response, quoted but not yet checked, is dated 16 June 2025.','accepted','Each of the audit’s other recommendations is carried out.','“Take on” may mean accepting or carrying out, and the report does not list “the others”.',NULL,'','',1,NULL,1,8);
INSERT INTO "pledges_pledge" VALUES(9,'organised-crime-seriousness','Treat child sexual exploitation as seriously as major organised crime','practice','accepted-collectively','2025-06-17','The recommendation was reported by this day.','accepted','Child sexual exploitation is treated with the same seriousness as major organised crime.','“The same seriousness” names no measure: the words do not say what would show it.',NULL,'','A recommendation of the audit, accepted only as one of “the others”. No minister’s own words on it are held.',NULL,NULL,1,3);
INSERT INTO "pledges_pledge" VALUES(10,'end-adultification','End the “adultification” of teenage girls','practice','accepted-collectively','2025-06-17','The recommendation was reported by this day.','accepted','Teenage girls, especially those in care, are recognised as vulnerable children rather than judged as complicit.','No measure is named that would show an end to “adultification”.',NULL,'','A recommendation of the audit, accepted only as one of “the others”. No minister’s own words on it are held.',NULL,NULL,1,7);
CREATE TABLE "pledges_pledge_bodies" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "pledge_id" bigint NOT NULL REFERENCES "pledges_pledge" ("id") DEFERRABLE INITIALLY DEFERRED, "body_id" bigint NOT NULL REFERENCES "pledges_body" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "pledges_pledge_bodies" VALUES(1,3,4);
CREATE TABLE "pledges_recommendation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" smallint unsigned NOT NULL CHECK ("number" >= 0), "passage_id" bigint NULL REFERENCES "sources_passage" ("id") DEFERRABLE INITIALLY DEFERRED, "review_id" bigint NOT NULL REFERENCES "pledges_review" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pledges_recommendation_number_once" UNIQUE ("review_id", "number"), CONSTRAINT "pledges_recommendation_from_one" CHECK ("number" >= 1));
INSERT INTO "pledges_recommendation" VALUES(1,1,19,1);
CREATE TABLE "pledges_review" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "title" varchar(300) NOT NULL, "author" varchar(200) NOT NULL, "government" varchar(200) NOT NULL, "published_on" date NOT NULL);
INSERT INTO "pledges_review" VALUES(1,'casey-audit-2025','National Audit on Group-based Child Sexual Exploitation and Abuse','Baroness Casey of Blackstock','UK Government','2025-06-16');
CREATE TABLE "pledges_statusupdate" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "position" bigint unsigned NOT NULL UNIQUE CHECK ("position" >= 0), "kind" varchar(24) NOT NULL, "status" varchar(24) NOT NULL, "step" varchar(24) NOT NULL, "effective_on" date NOT NULL, "looked_until" date NOT NULL, "published_at" datetime NOT NULL, "reason" varchar(500) NOT NULL, "proposed_by" varchar(150) NOT NULL, "published_by" varchar(150) NOT NULL, "second_review" bool NOT NULL, "headline_digest" varchar(64) NOT NULL, "explanation_digest" varchar(64) NOT NULL, "previous" varchar(64) NOT NULL UNIQUE, "digest" varchar(64) NOT NULL UNIQUE, "pledge_id" bigint NOT NULL REFERENCES "pledges_pledge" ("id") DEFERRABLE INITIALLY DEFERRED, "corrects_id" bigint NULL REFERENCES "pledges_statusupdate" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "pledges_update_status_known" CHECK ("status" IN ('delivered', 'delivered-in-part', 'under-way', 'announced', 'no-action-found', 'dropped', 'cannot-be-rated', 'superseded')), CONSTRAINT "pledges_update_kind_known" CHECK ("kind" IN ('update', 'correction', 'withdrawal', 'legal-withdrawal')), CONSTRAINT "pledges_update_step_known" CHECK ("step" IN ('', 'adopted', 'announced', 'answered', 'applied', 'available', 'chaired', 'funded', 'hearings', 'in-force', 'in-use', 'introduced', 'passed', 'reported', 'reporting', 'results', 'shown-in-results', 'started', 'terms-set', 'used-as-meant')), CONSTRAINT "pledges_update_from_one" CHECK ("position" >= 1), CONSTRAINT "pledges_update_looked_after_effect" CHECK ("looked_until" >= ("effective_on")), CONSTRAINT "pledges_update_correction_has_reason" CHECK ((("corrects_id" IS NULL AND "kind" = 'update' AND "reason" = '') OR (NOT ("kind" = 'update') AND "corrects_id" IS NOT NULL AND NOT ("reason" = '')))), CONSTRAINT "pledges_update_has_names" CHECK ((NOT ("proposed_by" = '') AND NOT ("published_by" = ''))), CONSTRAINT "pledges_update_two_people" CHECK ((NOT "second_review" OR NOT ("proposed_by" = ("published_by")))));
INSERT INTO "pledges_statusupdate" VALUES(1,1,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'7cefeef9e1c6cc615e992763e0c00d4a5d8f788dffa3442a9757c0530d211a79','bc65cb1ab77575dd9e028222a3e80f7511bc3a9ff91cdac43e3afdd2055ff36b','0000000000000000000000000000000000000000000000000000000000000000','c5a6dfd7da4c9af6812829689f31071eeec319be7cedcd726c61b3a2b3532f3c',1,NULL);
INSERT INTO "pledges_statusupdate" VALUES(2,2,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'df88b00a8fab4c4a1c4f15f18455e7cd947f908df5fbcaa2c08e78d9b7d3e093','104b4f1b2cff204128dcc8b5c3491dfe5252919e6abb81aaac549908cffb70df','c5a6dfd7da4c9af6812829689f31071eeec319be7cedcd726c61b3a2b3532f3c','a6c0af4c4a39e3740ff3f9ad407483104e87dc48071f21129550b21e66743b68',2,NULL);
INSERT INTO "pledges_statusupdate" VALUES(3,3,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'5cf8c78b1410d66639f5a8d46da52471a467e457123c6eb3ff79f874d08c9b79','4268d2b667b67df7fda205f2c0049f0612519d0d7a5810966c69f2e60a9e3e1b','a6c0af4c4a39e3740ff3f9ad407483104e87dc48071f21129550b21e66743b68','90a07c5975e51aef1a93cf720c46af7b8e01aa33f378f9d6398a81696baa21dd',3,NULL);
INSERT INTO "pledges_statusupdate" VALUES(4,4,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'6205fa332255b92e48f78d3140f4a87e6e65fdfd37782252bee2d47302131dba','f9efb167ab84a8c736d7f88540d0a6aa0440585a4ab8b7fa24b64298a36f91ac','90a07c5975e51aef1a93cf720c46af7b8e01aa33f378f9d6398a81696baa21dd','27c8fd96b6198d90f90e83d77784ea7e527d46ddae362ad7aace4b7829ac63b1',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(5,5,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'7159eec5acf28804b7f33819ccc943649ced897cb3e6293032db1a73841922b4','193c5693f8153b8bf042cc28795460134f869e88c9d98845efb81e5ce953dfce','27c8fd96b6198d90f90e83d77784ea7e527d46ddae362ad7aace4b7829ac63b1','0c1d4df5e0ab1e81761b1fdd724e0e7b687a57e5facd55e416beae003dbd7d65',5,NULL);
INSERT INTO "pledges_statusupdate" VALUES(6,6,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'2cb19f350c0055fff387a06a1ac4a466980a6c38bd1580e88c728ab2b9177ec7','6f31255c7ef5447f1725fc0f17ace8ad25055fd7bdb24037bb63df9f990694f6','0c1d4df5e0ab1e81761b1fdd724e0e7b687a57e5facd55e416beae003dbd7d65','dd1005630d43cd273b64fe4f86b46471fd4a4c9a0e15061302724071847060ea',6,NULL);
INSERT INTO "pledges_statusupdate" VALUES(7,7,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'e1eed18ed3d1cf8b803372dc6ae0656341e29b4624d2f54ce95d1005311b3fac','56fc123599b0369c59d717e57b82159c10ce8b5435c77da2b81e2dd61826e0fb','dd1005630d43cd273b64fe4f86b46471fd4a4c9a0e15061302724071847060ea','54eae414a0b5e83ddc9218172b025dce64f8f07bf27ca6b0361735834b109dd7',7,NULL);
INSERT INTO "pledges_statusupdate" VALUES(8,8,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'0437a1975fd047fc3c4683fd043abaf147bdd3ea68eb6f7fcdd55ed7761f3631','bb5fe95ebb3cfc1d286414f803029146336bed2f3433cea01ae57f731d7d2738','54eae414a0b5e83ddc9218172b025dce64f8f07bf27ca6b0361735834b109dd7','cd61122a76323c00e8801f387bcf20f163ac1f8c5c347aca4bdde13f8484c387',8,NULL);
INSERT INTO "pledges_statusupdate" VALUES(9,9,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'998525515b37e515890e5eeadc6297004345c2cf6eff0c97af5f40a36b15b4ee','c765e5978a286a3b81902fafb7a4fcaf5988988311bda874c939eff8f6779584','cd61122a76323c00e8801f387bcf20f163ac1f8c5c347aca4bdde13f8484c387','444f950cbc0c3c94115ea9bb1da53e537a8a8fcf870aac7886d53828345db143',9,NULL);
INSERT INTO "pledges_statusupdate" VALUES(10,10,'update','no-action-found','','2025-06-17','2025-06-17','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'7b3b300d290210c216ac3262fc7406b90569a3aead006489e6951e321c06e90b','e2636099dfd4a5ea04e56369a6875ce250659796b6bb36ceac6ef52a1a4e982c','444f950cbc0c3c94115ea9bb1da53e537a8a8fcf870aac7886d53828345db143','168279444b34674d8c0e5204a7843bb599790d3fdbdfe8f41f04cde2ec8706e9',10,NULL);
INSERT INTO "pledges_statusupdate" VALUES(11,11,'update','under-way','started','2025-11-04','2026-11-24','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'f10f9125299bf60323146cb7791eba96fe229665c8b4daf6afa07595135cd53e','fa899b0fda9270809a3d14f3b8cb424f9342e9219a19b7cc3d7f712cb8d09827','168279444b34674d8c0e5204a7843bb599790d3fdbdfe8f41f04cde2ec8706e9','5095981659160642c0bbefe25c454efd2e550caf0ba028966041f467b51147f5',3,NULL);
INSERT INTO "pledges_statusupdate" VALUES(12,12,'update','under-way','introduced','2025-11-25','2026-11-24','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'db102d23fdd1021277b1d4231d23483e612bae8f13da462c96fc7ea1b89db0cb','28886c4c6512162e8e4654665b92dacf30be22d831f787b56f7a078a28eaecc0','5095981659160642c0bbefe25c454efd2e550caf0ba028966041f467b51147f5','ff73b0d4b4776a49127285be1f7150993b90385fb9348468faa7bbb67d118b80',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(13,13,'update','under-way','introduced','2025-11-25','2026-11-24','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'83e39b1217cbdb601145d5d6b17095356feb84f7731db895129f9a45b6b427ba','747d06453f3abdb23afbe2ff60b61d1b9d63a1b0ed62df07834f934e91b3b534','ff73b0d4b4776a49127285be1f7150993b90385fb9348468faa7bbb67d118b80','0703be0aecea9540724b90395ffdee2e47877f4b9c830fabb06a79387bee51a5',2,NULL);
INSERT INTO "pledges_statusupdate" VALUES(14,14,'update','under-way','chaired','2025-12-09','2026-11-24','2026-11-24 09:00:00','','Casey data set','Casey data set',0,'7be66d9dedfac421d97b147beb24fb96c20ca29f9c2024133423153ddca6227b','3b42e8be4dc09c5ac274bfa718973586fef1dec81c763e4ec70d7515f3eeee08','0703be0aecea9540724b90395ffdee2e47877f4b9c830fabb06a79387bee51a5','a1d05ee0fa34450839addf4bc6f626feba83ed0710c7952bef6d7cbd304813d7',5,NULL);
INSERT INTO "pledges_statusupdate" VALUES(15,15,'update','delivered','in-use','2026-01-01','2026-02-01','2026-11-24 11:53:56.239574','','Ada','Ada',0,'e20659eec70debdf9c7554f10b497adda25c0635d47e7edb9d976f73f32e29b8','c2bcee400d30f818a643082a0d4a3bb6685f938f28df6be319e46978821709a9','a1d05ee0fa34450839addf4bc6f626feba83ed0710c7952bef6d7cbd304813d7','21ec6679966f065c3ba7724581ffca417d285c02200ca6cefb08ba255201b77f',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(16,16,'update','delivered-in-part','in-use','2026-01-02','2026-02-01','2026-11-24 11:53:56.255821','','Ada','Grace',1,'24924bb9ef9c82f46d50d5dd679fa82b16f9bbdf2709e5fb93a734495d3650df','481b908019efe4ec2478020b7701927177064a7762781f405a0db71886abf968','21ec6679966f065c3ba7724581ffca417d285c02200ca6cefb08ba255201b77f','64d3a97e0a65f4ffc9d7ba024495e40f719a6cf4f08ac4cb377efbe44a1c7a08',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(17,17,'update','under-way','in-use','2026-01-03','2026-02-01','2026-11-24 11:53:56.267669','','Ada','Ada',0,'efed07d86273f297813202a214092d57df3599061c3c1fb5889809aa8cb7f167','8d840b29005e464becf65749ac54319b2ad885e7778005a80c29fa2207d5e2ed','64d3a97e0a65f4ffc9d7ba024495e40f719a6cf4f08ac4cb377efbe44a1c7a08','2b445bfe2abd822958c495a1971e47c4a7edb890d4f7eca3222f7be9eb8a2b30',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(18,18,'update','announced','announced','2026-01-04','2026-02-01','2026-11-24 11:53:56.279044','','Ada','Grace',1,'f7de71da373c95dfcf621d6492d90f0bd47241f5352387ad9fd44f3f5f77c86e','47c6ba8cbf02587972a9025425b05b05543e1348ea8cc29815e47612b561e00a','2b445bfe2abd822958c495a1971e47c4a7edb890d4f7eca3222f7be9eb8a2b30','566859a0f56b2a9346808434be15cf272aa19ab9f389a03b6c446977bce4699c',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(19,19,'update','no-action-found','','2026-01-05','2026-02-01','2026-11-24 11:53:56.290507','','Ada','Ada',0,'2f4833d6724314d6f8d173840edbcc7b0440677c0cd236b8ef3fd79aba8af8aa','ecad541dd5e98c275d08b50cdee68714e9504986a41c1fbad5aa67411cad7432','566859a0f56b2a9346808434be15cf272aa19ab9f389a03b6c446977bce4699c','7d71a1d23241d8e876bffbb2724c28b5d7a48f88d264c07918f442d2ce01083c',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(20,20,'update','dropped','','2026-01-06','2026-02-01','2026-11-24 11:53:56.301837','','Ada','Grace',1,'d7bbc57fa93a54d4433d3ded3314f3416e1785232817c435f8cb002b5f9109a8','a563c9f564cff027a9e7394aa220f76c9e57fde3b5a33157fdc7e6ac9fdfedbe','7d71a1d23241d8e876bffbb2724c28b5d7a48f88d264c07918f442d2ce01083c','7c9dc3296c10706c4e6afbdad97e7770258ad910a9715c592d121981e5db8dce',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(21,21,'update','cannot-be-rated','','2026-01-07','2026-02-01','2026-11-24 11:53:56.313573','','Ada','Ada',0,'a02e8242bd3fbbd55e558ebdf2e5a0c663b54a930ba56fe435f8f9ba5ced9a31','912f9c49a00bb2c11731a760805d28ec519dd258f29ca302674b6cbea509b9b4','7c9dc3296c10706c4e6afbdad97e7770258ad910a9715c592d121981e5db8dce','5c85fca52642db523355b5209208fd2e3baec8f472ff44e5682e5781ef81d45a',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(22,22,'update','superseded','','2026-01-08','2026-02-01','2026-11-24 11:53:56.325087','','Ada','Grace',1,'8132a7f7b637fa45e121b3c434097d50e668334ab5ef74bb9a31150d742cd5d6','87647501ace3cab54242a8be9e26ff4a2c1ab29cf2e522d98457b08011ec6928','5c85fca52642db523355b5209208fd2e3baec8f472ff44e5682e5781ef81d45a','f3a82d42da8a5e7aa384dbdecd9616fc16c7aaf87f2b42bf301ee14a245706de',4,NULL);
INSERT INTO "pledges_statusupdate" VALUES(23,23,'correction','under-way','introduced','2026-03-01','2026-03-01','2026-11-24 11:53:56.336830','A day was wrong.','Ada','Ada',0,'6cc72beafc11eb6f96efc36142a80614a1578f011dd03b5f7367d884fa66255b','f077caade9c1f9e6184cf4d7e9da56bf0ce0eb43522ed23358ff31aae91048d7','f3a82d42da8a5e7aa384dbdecd9616fc16c7aaf87f2b42bf301ee14a245706de','0ca09a5d628e2e6e6e7d38dd4be397b4986f4ee4e157e0280f9f7eb7304312f3',4,17);
INSERT INTO "pledges_statusupdate" VALUES(24,24,'withdrawal','announced','announced','2026-01-04','2026-02-01','2026-11-24 11:53:56.348550','It was another pledge’s.','Ada','Grace',1,'1225ccb18f1efbe91fdd3b1723aa1d6330eaf7c1de8d88a1e2cd0e01221ea288','34e0b61c919b6c0d0c957bf52e0452802d7c7595d6be691163a3660d9bce7a12','0ca09a5d628e2e6e6e7d38dd4be397b4986f4ee4e157e0280f9f7eb7304312f3','ae7198649a43d19b18ab1cbf6ada97755b3f36bd3fcc22408a56b29f47156375',4,18);
INSERT INTO "pledges_statusupdate" VALUES(25,25,'legal-withdrawal','delivered-in-part','in-use','2026-01-02','2026-02-01','2026-11-24 11:53:56.357250','A court order.','frozen','frozen',0,'849074bcdcb54bfd91f80c0b51c300550991799993098267e60408da9a5f042e','382fded85ca05d7c3354948b3d23e2ad0725e924c0e5738de41b49c3f2c7f1b0','ae7198649a43d19b18ab1cbf6ada97755b3f36bd3fcc22408a56b29f47156375','453748eef2f9deaca046ea013c916bfd2b6f797baca65f20b2eaeac262961180',4,16);
CREATE TABLE "pledges_theme" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "name" varchar(200) NOT NULL UNIQUE);
INSERT INTO "pledges_theme" VALUES(1,'criminal-law','Criminal law');
INSERT INTO "pledges_theme" VALUES(2,'licensing-and-safeguarding','Licensing and safeguarding');
INSERT INTO "pledges_theme" VALUES(3,'policing','Policing');
INSERT INTO "pledges_theme" VALUES(4,'immigration-and-asylum','Immigration and asylum');
INSERT INTO "pledges_theme" VALUES(5,'inquiry','Inquiry');
INSERT INTO "pledges_theme" VALUES(6,'data','Data');
INSERT INTO "pledges_theme" VALUES(7,'victims-and-survivors','Victims and survivors');
INSERT INTO "pledges_theme" VALUES(8,'programme','Programme');
CREATE TABLE "sources_passage" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "start" integer unsigned NULL CHECK ("start" >= 0), "end" integer unsigned NULL CHECK ("end" >= 0), "exact" text NOT NULL, "prefix" varchar(32) NOT NULL, "suffix" varchar(32) NOT NULL, "snapshot_sha256" varchar(64) NOT NULL, "checked_on" date NULL, "source_id" bigint NOT NULL REFERENCES "sources_source" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sources_passage_has_words" CHECK (NOT ("exact" = '')), CONSTRAINT "sources_passage_span_is_words" CHECK ((("end" IS NULL AND "start" IS NULL) OR ("end" = ("start" + LENGTH("exact")) AND "end" IS NOT NULL AND "start" IS NOT NULL))), CONSTRAINT "sources_passage_snapshot_pair" CHECK ((("checked_on" IS NULL AND "snapshot_sha256" = '') OR (LENGTH("snapshot_sha256") = 64 AND "checked_on" IS NOT NULL AND "start" IS NOT NULL))), CONSTRAINT "sources_passage_position_once" UNIQUE ("source_id", "start", "end"));
INSERT INTO "sources_passage" VALUES(1,2114,2178,'Currently ethnicity is only recorded for around 37% of suspects.','f these findings are not new.”

','

The report found that: “The ap','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c','2026-11-24',1);
INSERT INTO "sources_passage" VALUES(2,4252,4461,'The National Crime Agency (NCA) will carry out a nationwide operation targeting people who have sexually exploited children, and follow up on an estimated more than 1,000 cold cases where no one was convicted.','nt day unless change happens.”

','

The gangs’ harrowing crimes ha','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c','2026-11-24',1);
INSERT INTO "sources_passage" VALUES(3,4903,4992,'The Home Secretary has pledged to exclude convicted sex offenders from the asylum system.','re claiming asylum in the UK.”

','

The Government has accepted he','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c','2026-11-24',1);
INSERT INTO "sources_passage" VALUES(4,4994,5152,'The Government has accepted her recommendation that any adult man who has penetrative sexual activity with a child under 16 will face a mandatory rape charge.','enders from the asylum system.

','

Shadow Home Secretary Chris Ph','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c','2026-11-24',1);
INSERT INTO "sources_passage" VALUES(5,2170,2256,'She said she will accept a recommendation for all authorities to track ethnicity data.',' findings “deeply disturbing”;.
','
Ministers will also take on the','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(6,2257,2381,'Ministers will also take on the others, including mandatory rape charges for anyone having penetrative sex with an under-16.','rities to track ethnicity data.
','
The report also calls for an en','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(7,2257,2295,'Ministers will also take on the others','rities to track ethnicity data.
',', including mandatory rape charg','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(8,2382,2576,'The report also calls for an end to the harmful “adultification”; of teenage girls, especially those in care, who are too often judged as complicit rather than recognised as vulnerable children.','netrative sex with an under-16.
','
Baroness Casey said if we got t','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(9,2671,2776,'Child sexual exploitation should be treated with the same seriousness as major organised crime, she says.','bt we’d be in this place now”;.
','
Loopholes in taxi licensing wil','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(10,2777,2949,'Loopholes in taxi licensing will be closed as inconsistent local regulations have been exploited by some drivers, often placing kids at greater risk of sexual exploitation.','ajor organised crime, she says.
','
Victims will be offered trauma ','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(11,2950,3072,'Victims will be offered trauma counselling immediately and without legal delay, with their recovery treated as a priority.','er risk of sexual exploitation.
','
Ms Cooper told MPs: “This will ','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(12,3340,3440,'She also vowed to kick out asylum seekers who are found to have committed child sexual exploitation.','y must have no place to hide.”;
','
The Home Secretary will further','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(13,3441,3524,'The Home Secretary will further strengthen the law so that any migrant convicted of','tted child sexual exploitation.
','
The package will come alongside','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(14,3525,3615,'The package will come alongside the national inquiry, expected to take around three years.','o that any migrant convicted of
','
The National Agency is also to ','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(15,3616,3695,'The National Agency is also to reopen more than 800 closed grooming-gang cases.','ted to take around three years.
','
Speaking from the G7 summit in ','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(16,3749,3785,'it will go “wherever it needs to go”','summit in Canada, Sir Keir said ','; to uncover the truth.
After in','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(17,4004,4098,'I think she’s right, and that’s why it’ll be a national inquiry. It’ll be a statutory inquiry.',' I’ve considered that material. ','”;

But he was savaged by Ms Bad','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0','2026-11-24',2);
INSERT INTO "sources_passage" VALUES(18,NULL,NULL,'The government will change the law to ensure that adult abusers who intentionally penetrate the vagina, anus or mouth of an under 16 are charged with rape.','','','',NULL,3);
INSERT INTO "sources_passage" VALUES(19,NULL,NULL,'The law in England and Wales should be changed so adults who intentionally penetrate the vagina, anus or mouth of a child under 16 receive mandatory charges of rape','','','',NULL,3);
INSERT INTO "sources_passage" VALUES(20,NULL,NULL,'We will need close consultation with the CPS and police as we develop this legislative change','','','',NULL,3);
INSERT INTO "sources_passage" VALUES(21,NULL,NULL,'We will therefore accept all 12 recommendations from Baroness Casey’s National Audit on Group-based Child Sexual Exploitation','','','',NULL,3);
INSERT INTO "sources_passage" VALUES(22,NULL,NULL,'we have made significant strides in laying the foundations for a robust, survivor-centred national inquiry and in establishing a national policing operation','','','',NULL,4);
INSERT INTO "sources_passage" VALUES(23,NULL,NULL,'So far, the National Crime Agency-led review has received 1,273 referrals of cases from 23 police forces, including 236 involving allegations of rape.','','','',NULL,5);
INSERT INTO "sources_passage" VALUES(24,NULL,NULL,'The operation has identified 236 investigations that were incorrectly closed with no further action taken.','','','',NULL,6);
INSERT INTO "sources_passage" VALUES(25,NULL,NULL,'So far, 1,273 cases relating to allegations of group-based child sexual abuse and exploitation, identified by 23 police forces, have been referred to the investigation team.','','','',NULL,7);
INSERT INTO "sources_passage" VALUES(26,NULL,NULL,'Clause 52 ensures that convictions for Schedule 3 sexual offences will be assumed to be ‘particularly serious’ for the purpose of exclusion from the Refugee Convention.','','','',NULL,8);
INSERT INTO "sources_passage" VALUES(27,NULL,NULL,'The House of Commons has approved New Clause 49 of the English Devolution and Community Empowerment Bill','','','',NULL,9);
INSERT INTO "sources_passage" VALUES(28,NULL,NULL,'The Transport Committee has warned the Government that its plan for national minimum standards for taxis must not mean “low by default”.','','','',NULL,10);
INSERT INTO "sources_passage" VALUES(29,NULL,NULL,'Baroness Anne Longfield CBE has been appointed to chair the Independent Inquiry into Grooming Gangs as part of a 3-person panel appointed under the Inquiries Act','','','',NULL,11);
INSERT INTO "sources_passage" VALUES(30,NULL,NULL,'The government has committed £65 million to the inquiry and it must not take longer than 3 years','','','',NULL,11);
INSERT INTO "sources_passage" VALUES(31,NULL,NULL,'The Government is implementing every recommendation set out by Baroness Casey following her National Audit published in June 2025.','','','',NULL,12);
INSERT INTO "sources_passage" VALUES(32,NULL,NULL,'is expected to conclude within three years','','','',NULL,12);
CREATE TABLE "sources_source" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "slug" varchar(80) NOT NULL UNIQUE, "title" varchar(300) NOT NULL, "publisher" varchar(200) NOT NULL, "kind" varchar(24) NOT NULL, "url" varchar(1000) NOT NULL, "published_on" date NULL, "licence" varchar(24) NOT NULL, "note" text NOT NULL, "text" text NOT NULL, "held" bool GENERATED ALWAYS AS (CASE WHEN "text" = '' THEN 0 ELSE 1 END) STORED, "sha256" varchar(64) NOT NULL, "characters" integer unsigned NULL CHECK ("characters" >= 0), "supersedes_id" bigint NULL UNIQUE REFERENCES "sources_source" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sources_source_licence_known" CHECK ("licence" IN ('ogl-3.0', 'opl-3.0', 'cc-by-4.0', 'cc-by-sa-4.0', 'all-rights-reserved')), CONSTRAINT "sources_source_kind_known" CHECK ("kind" IN ('official-record', 'official-publication', 'court', 'audit', 'press', 'other')), CONSTRAINT "sources_source_digest_form" CHECK (("sha256" = '' OR LENGTH("sha256") = 64)), CONSTRAINT "sources_source_text_has_digest" CHECK (("text" = '' OR (NOT ("sha256" = '') AND "characters" = (LENGTH("text")) AND "characters" IS NOT NULL))), CONSTRAINT "sources_source_not_its_own_successor" CHECK (("supersedes_id" IS NULL OR NOT ("supersedes_id" = ("id") AND "supersedes_id" IS NOT NULL))));
INSERT INTO "sources_source" VALUES(1,'warsaw-news-2025-06-17','The key parts of the Casey Review into grooming gangs and a culture of denials','Warsaw News','official-publication','','2025-06-17','all-rights-reserved','A re-post of an article of another newspaper, whose own address is not known. The text begins with a site header and ends with the words “Source link”.','','411355b6a009de282099c6228fd6a08ea5270aae95e110a39f011585f69ac80c',6016,NULL);
INSERT INTO "sources_source" VALUES(2,'untitled-press-report','','','press','',NULL,'all-rights-reserved','A re-post of a newspaper report; headline, newspaper and address are not known. Written the day after the statement of 16 June 2025 by its own words (“yesterday”). Damaged in places: words are missing, quotation marks are followed by a stray “;”, and a character that was a dash is “â”.','','9d19ce27238ccc3e3d75fa0f996dbae7caceea7536c08c3712fd8f3b353356f0',5440,NULL);
INSERT INTO "sources_source" VALUES(3,'gov-response','Government response to the National Audit on Group-based Child Sexual Exploitation and Abuse report','HM Government (GOV.UK)','official-publication','https://www.gov.uk/government/publications/national-audit-on-group-based-child-sexual-exploitation-and-abuse/government-response-to-the-national-audit-on-group-based-child-sexual-exploitation-and-abuse-report','2025-06-16','ogl-3.0','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(4,'lords-2025-09-04','Group-based Child Sexual Exploitation and Abuse: statement repeated in the House of Lords (made in the Commons on 2 September 2025)','UK Parliament, as shown by Parallel Parliament','official-record','https://parallelparliament.co.uk/debate/2025-09-04/lords/lords-chamber/group-based-child-sexual-exploitation-and-abuse','2025-09-04','opl-3.0','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(5,'independent-beaconport','Grooming gang investigations dropped by police because of ‘potentially human error’','The Independent','press','https://www.the-independent.com/news/uk/crime/child-grooming-gangs-uk-police-beaconport-b2858341.html','2025-11-04','all-rights-reserved','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(6,'gbnews-beaconport','Hundreds of grooming gang cases now under review in nationwide NCA operation','GB News','press','https://www.gbnews.com/news/grooming-gangs-child-abuse-cases-nca',NULL,'all-rights-reserved','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(7,'police-professional-beaconport','Hundreds of previously closed child sex abuse cases being reviewed in major police operation','Police Professional','press','https://policeprofessional.com/news/hundreds-of-previously-closed-child-sex-abuse-cases-being-reviewed-in-major-police-operation',NULL,'all-rights-reserved','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(8,'question-92085','Refugees: Offenders (written question 92085)','UK Parliament, as shown by Parallel Parliament','official-record','https://www.parallelparliament.co.uk/question/92085/refugees-offenders','2025-11-25','opl-3.0','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(9,'iol-taxi-standards','National Taxi Standards added to Devolution Bill','Institute of Licensing','other','https://instituteoflicensing.org/network-news/national-taxi-standards-added-to-devolution-bill',NULL,'all-rights-reserved','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(10,'phtm-2026-07','Transport Committee urges ministers to get tough on taxi standards','PHTM (July 2026)','press','https://content.yudu.com/web/43sy4/0A43sy5/PHTMJuly2026/html/30.html',NULL,'all-rights-reserved','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(11,'gov-inquiry-update','Update on Independent Inquiry into Grooming Gangs','Home Office (GOV.UK)','official-publication','https://www.gov.uk/government/news/update-on-independent-inquiry-into-grooming-gangs','2025-12-09','ogl-3.0','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
INSERT INTO "sources_source" VALUES(12,'gov-inquiry-letter','Letter from Home Secretary to Inquiry Panel','Home Office (GOV.UK)','official-publication','https://www.gov.uk/government/publications/independent-inquiry-into-grooming-gangs-letters/letter-from-home-secretary-to-inquiry-panel','2025-12-10','ogl-3.0','Read in a stored copy on 24 November 2026, of which only the beginning was seen. No text is held.','','',NULL,NULL);
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_user_groups_user_id_group_id_94350c0c_uniq" ON "auth_user_groups" ("user_id", "group_id");
CREATE INDEX "auth_user_groups_user_id_6a12ed8b" ON "auth_user_groups" ("user_id");
CREATE INDEX "auth_user_groups_group_id_97559544" ON "auth_user_groups" ("group_id");
CREATE UNIQUE INDEX "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq" ON "auth_user_user_permissions" ("user_id", "permission_id");
CREATE INDEX "auth_user_user_permissions_user_id_a95ead1b" ON "auth_user_user_permissions" ("user_id");
CREATE INDEX "auth_user_user_permissions_permission_id_1fbb5f2c" ON "auth_user_user_permissions" ("permission_id");
CREATE INDEX "django_admin_log_content_type_id_c4bce8eb" ON "django_admin_log" ("content_type_id");
CREATE INDEX "django_admin_log_user_id_c564eba6" ON "django_admin_log" ("user_id");
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE INDEX "sources_passage_source_id_82b60311" ON "sources_passage" ("source_id");
CREATE UNIQUE INDEX "sources_passage_unplaced_words_once" ON "sources_passage" ("source_id", "exact") WHERE "start" IS NULL;
CREATE UNIQUE INDEX "pledges_pledge_bodies_pledge_id_body_id_8b4bae80_uniq" ON "pledges_pledge_bodies" ("pledge_id", "body_id");
CREATE INDEX "pledges_pledge_bodies_pledge_id_884e3767" ON "pledges_pledge_bodies" ("pledge_id");
CREATE INDEX "pledges_pledge_bodies_body_id_538be000" ON "pledges_pledge_bodies" ("body_id");
CREATE INDEX "pledges_conflictside_conflict_id_bfdad089" ON "pledges_conflictside" ("conflict_id");
CREATE INDEX "pledges_conflictside_passage_id_394150a3" ON "pledges_conflictside" ("passage_id");
CREATE INDEX "pledges_statusupdate_pledge_id_da96e937" ON "pledges_statusupdate" ("pledge_id");
CREATE INDEX "pledges_statusupdate_corrects_id_9ca7e4ff" ON "pledges_statusupdate" ("corrects_id");
CREATE INDEX "pledges_update_latest" ON "pledges_statusupdate" ("pledge_id", "effective_on" DESC, "position" DESC);
CREATE INDEX "pledges_update_published" ON "pledges_statusupdate" ("published_at");
CREATE INDEX "pledges_conflict_pledge_id_9bad30a5" ON "pledges_conflict" ("pledge_id");
CREATE INDEX "pledges_citation_passage_id_87b6f7e1" ON "pledges_citation" ("passage_id");
CREATE INDEX "pledges_citation_update_id_ddb77c42" ON "pledges_citation" ("update_id");
CREATE INDEX "pledges_citation_pledge_id_2fa8f7aa" ON "pledges_citation" ("pledge_id");
CREATE INDEX "pledges_recommendation_passage_id_331f7618" ON "pledges_recommendation" ("passage_id");
CREATE INDEX "pledges_recommendation_review_id_1eeee02c" ON "pledges_recommendation" ("review_id");
CREATE INDEX "pledges_pledge_promised_by_id_5b04218d" ON "pledges_pledge" ("promised_by_id");
CREATE INDEX "pledges_pledge_recommendation_id_a7a9acdf" ON "pledges_pledge" ("recommendation_id");
CREATE INDEX "pledges_pledge_review_id_3dffc732" ON "pledges_pledge" ("review_id");
CREATE INDEX "pledges_pledge_theme_id_3dfcf429" ON "pledges_pledge" ("theme_id");
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
CREATE TRIGGER sources_passage_words_on_insert BEFORE INSERT ON sources_passage FOR EACH ROW WHEN NEW.start IS NOT NULL AND EXISTS (
    SELECT 1 FROM sources_source s
    WHERE s.id = NEW.source_id AND s.text <> ''
      AND substr(s.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.exact) BEGIN SELECT RAISE(ABORT, 'The held text of the source does not have exactly these words at this position.'); END;
CREATE TRIGGER sources_passage_words_on_update BEFORE UPDATE ON sources_passage FOR EACH ROW WHEN NEW.start IS NOT NULL AND EXISTS (
    SELECT 1 FROM sources_source s
    WHERE s.id = NEW.source_id AND s.text <> ''
      AND substr(s.text, NEW.start + 1, NEW."end" - NEW.start) <> NEW.exact) BEGIN SELECT RAISE(ABORT, 'The held text of the source does not have exactly these words at this position.'); END;
CREATE TRIGGER sources_source_immutable BEFORE UPDATE ON sources_source FOR EACH ROW WHEN EXISTS (SELECT 1 FROM sources_passage p WHERE p.source_id = OLD.id)
           AND ((OLD.text <> '' AND NEW.text <> OLD.text)
             OR (OLD.sha256 <> '' AND NEW.sha256 <> OLD.sha256)
             OR (OLD.characters IS NOT NULL AND NEW.characters IS NULL)
             OR (OLD.characters <> NEW.characters)) BEGIN SELECT RAISE(ABORT, 'A source is immutable once a passage is taken from it: a changed document is a new source.'); END;
CREATE TRIGGER sources_source_text_has_passages BEFORE UPDATE ON sources_source FOR EACH ROW WHEN OLD.text = '' AND NEW.text <> '' AND EXISTS (
             SELECT 1 FROM sources_passage p
             WHERE p.source_id = OLD.id AND p.start IS NOT NULL
               AND substr(NEW.text, p.start + 1, p."end" - p.start) <> p.exact) BEGIN SELECT RAISE(ABORT, 'This text does not have the words of the source''s passages.'); END;
CREATE TRIGGER sources_source_not_replaced BEFORE INSERT ON sources_source FOR EACH ROW WHEN EXISTS (SELECT 1 FROM sources_source s WHERE s.id = NEW.id OR s.slug = NEW.slug) BEGIN SELECT RAISE(ABORT, 'A source is never replaced: a changed document is a new source.'); END;
CREATE TRIGGER pledges_update_no_update BEFORE UPDATE ON pledges_statusupdate FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'The record is append-only: a published entry is never changed, replaced or deleted.'); END;
CREATE TRIGGER pledges_update_no_delete BEFORE DELETE ON pledges_statusupdate FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'The record is append-only: a published entry is never changed, replaced or deleted.'); END;
CREATE TRIGGER pledges_update_next_in_chain BEFORE INSERT ON pledges_statusupdate FOR EACH ROW WHEN NEW.position <> (SELECT COALESCE(MAX(u.position), 0) + 1 FROM pledges_statusupdate u)
            OR NEW.previous <> COALESCE((SELECT u.digest FROM pledges_statusupdate u ORDER BY u.position DESC LIMIT 1),
                                        '0000000000000000000000000000000000000000000000000000000000000000')
            OR EXISTS (SELECT 1 FROM pledges_statusupdate u WHERE u.id = NEW.id) BEGIN SELECT RAISE(ABORT, 'The record is append-only: a published entry is never changed, replaced or deleted. A new entry follows the last one without a gap.'); END;
CREATE TRIGGER pledges_text_no_delete BEFORE DELETE ON pledges_entrytext FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'The record is append-only: a published entry is never changed, replaced or deleted.'); END;
CREATE TRIGGER pledges_text_no_replace BEFORE INSERT ON pledges_entrytext FOR EACH ROW WHEN EXISTS (SELECT 1 FROM pledges_entrytext t WHERE t.update_id = NEW.update_id) BEGIN SELECT RAISE(ABORT, 'The record is append-only: a published entry is never changed, replaced or deleted.'); END;
CREATE TRIGGER pledges_text_only_blanked BEFORE UPDATE ON pledges_entrytext FOR EACH ROW WHEN NEW.update_id <> OLD.update_id
           OR (NEW.headline <> OLD.headline AND NEW.headline <> '')
           OR (NEW.headline_salt <> OLD.headline_salt AND NEW.headline_salt <> '')
           OR (NEW.explanation <> OLD.explanation AND NEW.explanation <> '')
           OR (NEW.explanation_salt <> OLD.explanation_salt AND NEW.explanation_salt <> '')
           OR NOT EXISTS (SELECT 1 FROM pledges_statusupdate w
                          WHERE w.corrects_id = OLD.update_id AND w.kind = 'legal-withdrawal') BEGIN SELECT RAISE(ABORT, 'The record is append-only: a published entry is never changed, replaced or deleted. Its text is only blanked, by a legal withdrawal.'); END;
CREATE TRIGGER pledges_citation_no_update BEFORE UPDATE ON pledges_citation FOR EACH ROW WHEN OLD.update_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'The evidence of a published entry is never changed or deleted.'); END;
CREATE TRIGGER pledges_citation_no_delete BEFORE DELETE ON pledges_citation FOR EACH ROW WHEN OLD.update_id IS NOT NULL BEGIN SELECT RAISE(ABORT, 'The evidence of a published entry is never changed or deleted.'); END;
CREATE TRIGGER pledges_citation_no_replace BEFORE INSERT ON pledges_citation FOR EACH ROW WHEN EXISTS (SELECT 1 FROM pledges_citation c WHERE c.update_id IS NOT NULL AND (c.id = NEW.id
             OR (c.update_id = NEW.update_id AND c.passage_id = NEW.passage_id AND c.role = NEW.role))) BEGIN SELECT RAISE(ABORT, 'The evidence of a published entry is never changed or deleted.'); END;
CREATE TRIGGER pledges_passage_cited_words BEFORE UPDATE ON sources_passage FOR EACH ROW WHEN (NEW.exact <> OLD.exact OR NEW.source_id <> OLD.source_id
             OR (OLD.start IS NOT NULL AND (NEW.start IS NULL OR NEW.start <> OLD.start)))
           AND EXISTS (SELECT 1 FROM pledges_citation c WHERE c.passage_id = OLD.id) BEGIN SELECT RAISE(ABORT, 'A passage that a pledge or an entry rests on keeps its words and its place.'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('django_migrations',20);
INSERT INTO "sqlite_sequence" VALUES('django_admin_log',0);
INSERT INTO "sqlite_sequence" VALUES('django_content_type',18);
INSERT INTO "sqlite_sequence" VALUES('auth_permission',72);
INSERT INTO "sqlite_sequence" VALUES('auth_group',0);
INSERT INTO "sqlite_sequence" VALUES('auth_user',1);
INSERT INTO "sqlite_sequence" VALUES('sources_source',12);
INSERT INTO "sqlite_sequence" VALUES('sources_passage',32);
INSERT INTO "sqlite_sequence" VALUES('pledges_statusupdate',25);
INSERT INTO "sqlite_sequence" VALUES('pledges_conflict',6);
INSERT INTO "sqlite_sequence" VALUES('pledges_citation',51);
INSERT INTO "sqlite_sequence" VALUES('pledges_recommendation',1);
INSERT INTO "sqlite_sequence" VALUES('pledges_pledge',10);
INSERT INTO "sqlite_sequence" VALUES('pledges_review',1);
INSERT INTO "sqlite_sequence" VALUES('pledges_body',4);
INSERT INTO "sqlite_sequence" VALUES('pledges_theme',8);
INSERT INTO "sqlite_sequence" VALUES('pledges_conflictside',14);
INSERT INTO "sqlite_sequence" VALUES('pledges_pledge_bodies',1);
COMMIT;
