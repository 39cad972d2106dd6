"""What the benchmarks share: the release, and how a whole process of it is measured."""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"


def run(arguments, count, endings):
    """Median wall time in ms, and the peak memory in MB of the worst run; `endings` are the exit codes expected."""
    walls, peak = [], 0
    for _ in range(count):
        with tempfile.TemporaryFile() as output:
            start = time.perf_counter()
            process = subprocess.Popen([BIN / "plimsoll", *arguments], stdout=output, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            walls.append((time.perf_counter() - start) * 1000)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in endings:
                sys.exit(f"bench: plimsoll {' '.join(map(str, arguments))} ended with {process.returncode}")
            peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(walls), peak
