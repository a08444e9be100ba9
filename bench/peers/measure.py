"""Runs a command and says what it cost, all of its processes and threads together."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def _run_and_report(command, environment, output, report):
    """In a process of its own: orphans of the command come to it, so that their time is counted too."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("measure: cannot become a subreaper")
    began = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output[0], stderr=output[1], env=environment)
    exit_code = child.wait()
    wall = time.monotonic() - began
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    os.write(report, f"{exit_code} {wall} {usage.ru_utime} {usage.ru_stime} {usage.ru_maxrss}".encode())


def measure(command, stdout_path, stderr_path, timeout_seconds, environment=None):
    """Exit code, wall and CPU seconds, and the peak resident size in MiB of the largest process."""
    read_end, write_end = os.pipe()
    with open(stdout_path, "wb") as out, open(stderr_path, "wb") as err:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(read_end)
            try:
                _run_and_report(command, environment, (out, err), write_end)
            finally:
                os._exit(0)
    os.close(write_end)
    deadline = time.monotonic() + timeout_seconds
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if time.monotonic() > deadline:
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(read_end)
            return {"exit": "timeout"}
        time.sleep(0.02)
    report = os.read(read_end, 4096).decode().split()
    os.close(read_end)
    if len(report) != 5:
        return {"exit": "not started"}
    return {
        "exit": int(report[0]),
        "wallSeconds": round(float(report[1]), 3),
        "userSeconds": float(report[2]),
        "systemSeconds": float(report[3]),
        "cpuSeconds": round(float(report[2]) + float(report[3]), 3),
        "peakRssMiB": int(report[4]) // 1024,
    }
