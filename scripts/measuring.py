"""What the benchmarks share: the release, and how a whole process of it is measured."""
import os
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"


def run(arguments, count, endings):
    """Median wall time in ms, and the peak memory in MB of the worst run; `endings` are the exit codes expected."""
    walls, peak = [], 0
    command = [str(BIN / "plimsoll"), *map(str, arguments)]
    with open(os.devnull, "wb") as nowhere:
        for _ in range(count):
            with tempfile.TemporaryFile() as output:
                # Popen takes milliseconds of its own. The kernel counts this process's memory as the other's, too, so
                # whoever measures holds little.
                start = time.perf_counter()
                process = os.posix_spawn(command[0], command, os.environ, file_actions=[
                    (os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)])
                _, status, usage = os.wait4(process, 0)
                walls.append((time.perf_counter() - start) * 1000)
                if os.waitstatus_to_exitcode(status) not in endings:
                    sys.exit(f"bench: {' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
                peak = max(peak, usage.ru_maxrss / 1024)
    return statistics.median(walls), peak
