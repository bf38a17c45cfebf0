namespace Vi.Math

/// An order in which all of N rows are visited once: pieces of consecutive rows, permuted. Nothing is stored but a key, so that a table of
/// any size can be visited in random order, from any place of that order.
type Shuffle =
    {
        /// Number N of rows.
        Count: int64
        /// Rows of a piece, at least 1.
        PieceRows: int64
        /// Row from which the table is cut into pieces, 0 <= Offset < N; rows before it follow the last row.
        Offset: int64
        /// Key of the permutation of the pieces.
        Key: uint64
    }

namespace Vi.Math.FSharp

open System.Numerics
open Vi.Math

/// Random orders of the rows of a table.
[<RequireQualifiedAccess>]
module Shuffle =

    let private rounds = 8

    /// Index i of a keyed permutation of 0 .. n - 1: a Feistel network on the least even number of bits that holds n, walked until it
    /// falls below n (Luby and Rackoff 1988; Black and Rogaway 2002, ciphers with arbitrary finite domains).
    let permuted (key: uint64) (n: int64) (i: int64) : int64 =
        if n <= 1L then
            i
        else
            let half = (BitOperations.Log2(uint64 (n - 1L)) + 2) / 2
            let mask = (1UL <<< half) - 1UL

            let encrypt (value: uint64) =
                let mutable left = value >>> half
                let mutable right = value &&& mask

                for round in 1..rounds do
                    let struct (word, _) = Rng.bits { State = key + uint64 round * 0x9e3779b97f4a7c15UL; Gamma = right }
                    let next = left ^^^ (word &&& mask)
                    left <- right
                    right <- next

                (left <<< half) ||| right

            let mutable at = encrypt (uint64 i)

            while at >= uint64 n do
                at <- encrypt at

            int64 at

    /// Pieces of a minibatch: at least 64 where it has so many rows, each of at most 128 consecutive rows, so that a minibatch is spread
    /// over the whole table and a piece still is read at one stroke.
    let pieceRows (batchRows: int64) : int64 = batchRows / 64L |> max 1L |> min 128L

    /// A random order of N >= 1 rows for minibatches of so many rows.
    let create (count: int64) (batchRows: int64) (rng: Rng) : struct (Shuffle * Rng) =
        let struct (key, rng) = Rng.bits rng
        let struct (u, rng) = Rng.uniform rng

        struct ({ Count = count
                  PieceRows = pieceRows batchRows
                  Offset = min (count - 1L) (int64 (u * float count))
                  Key = key },
                rng)

    /// The rows at places first .. first + count - 1 of the order, as runs of consecutive rows (first row, number of rows). Places run
    /// from 0 to N - 1; the rows that do not fill a piece come last.
    let runs (shuffle: Shuffle) (first: int64) (count: int64) : struct (int64 * int64)[] =
        let pieces = shuffle.Count / shuffle.PieceRows
        let found = ResizeArray()

        // Consecutive rows counted from the offset, cut in two where they pass the table's end.
        let add row length =
            let start = (row + shuffle.Offset) % shuffle.Count
            let untilEnd = min length (shuffle.Count - start)
            found.Add(struct (start, untilEnd))

            if untilEnd < length then
                found.Add(struct (0L, length - untilEnd))

        let mutable place = first
        let last = first + count

        while place < last do
            let piece = place / shuffle.PieceRows

            if piece < pieces then
                let within = place - piece * shuffle.PieceRows
                let length = min (shuffle.PieceRows - within) (last - place)
                add (permuted shuffle.Key pieces piece * shuffle.PieceRows + within) length
                place <- place + length
            else
                add place (last - place)
                place <- last

        found.ToArray()
