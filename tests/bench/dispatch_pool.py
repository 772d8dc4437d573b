#!/usr/bin/env python3
"""What dispatching costs elsewhere: N jobs that sleep, on two processes.

    dispatch_pool.py N MS FILE              a multiprocessing pool; a row of SQLite, committed, a job
    mpirun -n 3 python3 -m mpi4py.futures dispatch_pool.py N MS    mpi4py.futures, nothing stored

Prints "seconds jobs-per-second efficiency".  The time counts from the first job on.
"""
import sqlite3
import sys
import time

WORKERS = 2


def job(argument):
    seed, seconds = argument
    if seconds:
        time.sleep(seconds)
    return seed, (seed * 2654435761 % 2**32) / 2**32, seed % 10


def store(results, path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE result (seed INTEGER PRIMARY KEY, cost REAL, digit INTEGER)")
    for row in results:
        database.execute("INSERT INTO result VALUES (?, ?, ?)", row)
        database.commit()
    database.close()


def main():
    count, seconds = int(sys.argv[1]), float(sys.argv[2]) / 1000
    jobs = [(seed, seconds) for seed in range(count)]
    if len(sys.argv) > 3:
        from multiprocessing import Pool

        with Pool(WORKERS) as pool:
            list(pool.imap_unordered(job, jobs[:WORKERS]))
            start = time.monotonic()
            store(pool.imap_unordered(job, jobs), sys.argv[3])
            gone = time.monotonic() - start
    else:
        from mpi4py.futures import MPIPoolExecutor

        with MPIPoolExecutor(WORKERS) as pool:
            list(pool.map(job, jobs[:WORKERS]))
            start = time.monotonic()
            list(pool.map(job, jobs, unordered=True))
            gone = time.monotonic() - start
    print(f"{gone:.3f} {count / gone:.0f} {count * seconds / (WORKERS * gone):.3f}")


if __name__ == "__main__":
    main()
