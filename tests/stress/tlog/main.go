// Reads a log that C2SP tlog-tiles specifies, with Go's own sumdb/note and sumdb/tlog, and checks random proofs.
//
//	main <address of the log> <verifier key> <pairs>
package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ address string }

func (tiles) Height() int { return 8 }

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// Go's path of a tile has its height in it, that of C2SP has not.
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		hashes, err := get(t.address + "/" + strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		data = append(data, hashes)
	}
	return data, nil
}

var kept = map[string][]byte{}

func get(address string) ([]byte, error) {
	if data, ok := kept[address]; ok {
		return data, nil
	}
	answer, err := http.Get(address)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("%s: %s", address, answer.Status)
	}
	kept[address], err = io.ReadAll(answer.Body)
	return kept[address], err
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	address := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	pairs, err := strconv.Atoi(os.Args[3])
	must(err)
	signed, err := get(address + "/checkpoint")
	must(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	digest, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var root tlog.Hash
	copy(root[:], digest)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles{address})
	for n := 0; n < pairs; n++ {
		index := rand.Int63n(size)
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		must(err)
		proof, err := tlog.ProveRecord(size, index, reader)
		must(err)
		must(tlog.CheckRecord(proof, size, root, index, leaf[0]))
		old := rand.Int63n(size) + 1
		oldRoot, err := tlog.TreeHash(old, reader)
		must(err)
		growth, err := tlog.ProveTree(size, old, reader)
		must(err)
		must(tlog.CheckTree(growth, size, root, old, oldRoot))
	}
	fmt.Printf("%d pairs hold in a log of %d entries\n", pairs, size)
}
