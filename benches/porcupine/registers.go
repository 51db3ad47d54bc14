// Command registers judges a history of registers with Porcupine, and prints time and peak memory. Linux only.
//
// Each line of the file is a call: key, client, 1 for a write or 0 for a read, value, and when it began and ended in
// microseconds.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"
)

type input struct {
	key    uint32
	writes bool
	value  uint32
}

var registers = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byKey := map[uint32][]porcupine.Operation{}
		for _, operation := range history {
			key := operation.Input.(input).key
			byKey[key] = append(byKey[key], operation)
		}
		partitions := make([][]porcupine.Operation, 0, len(byKey))
		for _, partition := range byKey {
			partitions = append(partitions, partition)
		}
		return partitions
	},
	Init: func() interface{} { return uint32(0) },
	Step: func(state, in, out interface{}) (bool, interface{}) {
		if call := in.(input); call.writes {
			return true, call.value
		}
		return out == state, state
	},
}

func read(name string) ([]porcupine.Operation, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var history []porcupine.Operation
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var call input
		var client, writes int
		var from, to int64
		_, err := fmt.Sscanf(lines.Text(), "%d,%d,%d,%d,%d,%d", &call.key, &client, &writes, &call.value, &from, &to)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lines.Text(), err)
		}
		call.writes = writes == 1
		history = append(history, porcupine.Operation{Input: call, Call: from, Output: call.value, Return: to})
	}
	return history, lines.Err()
}

func peakMemory() string {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmHWM:") {
			return strings.TrimSpace(strings.TrimPrefix(line, "VmHWM:"))
		}
	}
	return "unknown"
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: registers FILE")
	}
	history, err := read(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	started := time.Now()
	legal := porcupine.CheckOperations(registers, history)
	elapsed := time.Since(started)
	if !legal {
		log.Fatal("a right history was judged wrong")
	}
	fmt.Printf("porcupine  judged in %.3f s (all cores), peak memory %s\n", elapsed.Seconds(), peakMemory())
}
