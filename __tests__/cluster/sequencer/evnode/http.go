package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

const maxTxBytes = 64 << 10

// serve answers POST /tx (`key=value` as the body, 202) and GET /kv?key= (the committed value, or 404).
func serve(endpoint string, state *State) error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tx", func(w http.ResponseWriter, r *http.Request) {
		tx, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxTxBytes))
		if err != nil || bytes.IndexByte(tx, '=') < 1 {
			http.Error(w, fmt.Sprintf("a transaction is key=value in at most %d bytes", maxTxBytes), http.StatusBadRequest)
			return
		}
		state.Submit(tx)
		w.WriteHeader(http.StatusAccepted)
	})
	mux.HandleFunc("GET /kv", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("key")
		switch value, err := state.Value(r.Context(), name); {
		case err != nil:
			http.Error(w, err.Error(), http.StatusInternalServerError)
		case value == nil:
			http.Error(w, fmt.Sprintf("nothing at %q", name), http.StatusNotFound)
		default:
			fmt.Fprint(w, *value)
		}
	})
	listener, err := net.Listen("tcp", endpoint)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return nil
}
