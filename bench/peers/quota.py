"""A share of the processors for a process, by the kernel's scheduler (cgroup v1 or v2, controller cpu)."""

import os
import sys

PERIOD_MICROS = 100_000
V1 = "/sys/fs/cgroup/cpu"
V2 = "/sys/fs/cgroup"


class CpuQuota:
    """So much of one core, for the process that a command with `inside` in front of it becomes. Needs root."""

    def __init__(self, name, cores):
        quota = int(cores * PERIOD_MICROS)
        self.is_v2 = os.path.exists(os.path.join(V2, "cgroup.controllers"))
        self.directory = os.path.join(V2 if self.is_v2 else V1, f"weir-bench-{os.getpid()}-{name}")
        try:
            os.mkdir(self.directory)
            if self.is_v2:
                self.write("cpu.max", f"{quota} {PERIOD_MICROS}")
            else:
                self.write("cpu.cfs_period_us", PERIOD_MICROS)
                self.write("cpu.cfs_quota_us", quota)
        except OSError as error:
            sys.exit(f"no CPU quota can be set: {error}; needs root and the cgroup controller cpu")
        # The shell enters the group and then becomes the command: what that starts is limited from its first moment.
        self.inside = ["sh", "-c", 'echo $$ > "$0" && exec "$@"', os.path.join(self.directory, "cgroup.procs")]

    def write(self, name, value):
        with open(os.path.join(self.directory, name), "w", encoding="ascii") as file:
            file.write(str(value))

    def throttled_periods(self):
        """Periods in which the process wanted more than its share, and all periods in which it ran."""
        with open(os.path.join(self.directory, "cpu.stat"), encoding="ascii") as file:
            said = dict(line.split() for line in file)
        return int(said["nr_throttled"]), int(said["nr_periods"])

    def remove(self):
        """When the process is gone."""
        os.rmdir(self.directory)
