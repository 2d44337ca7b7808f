"""What the benchmarks share, and the tools that Scripts/bench/store compares, each behind the same few calls."""

import os
import shutil
import subprocess
import time


class Reading:
    """Wall seconds of a command, and the most memory that it or a child of it had at once."""

    def __init__(self, seconds, peak_bytes):
        self.seconds = seconds
        self.peak_bytes = peak_bytes


def measure(command, cwd=None, env=None):
    """Runs the command; its output is shown only when it fails."""
    started = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: exit status {child.returncode}\n{output.decode(errors='replace')}")
    return Reading(seconds, usage.ru_maxrss * 1024)


def remove(path):
    """Removes a folder or file, read-only ones too."""
    if os.path.isdir(path) and not os.path.islink(path):
        subprocess.run(["chmod", "-R", "u+w", path], check=True)
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def size_of(folder):
    """Bytes of the files below a folder."""
    return sum(
        os.lstat(os.path.join(parent, name)).st_size for parent, _, names in os.walk(folder) for name in names
    )


def built_tool(root):
    """NIGHTSHIFT_TOOL, or a release build of the repository at `root`."""
    tool = os.environ.get("NIGHTSHIFT_TOOL")
    if tool:
        return tool
    output = subprocess.run([os.path.join(root, "Scripts", "build")], check=True, stdout=subprocess.PIPE, text=True).stdout
    return output.strip()


def peer_python(name, variable):
    """The Python that `variable` names, or that Scripts/bench/setup-peers made for `name`; else the one on PATH."""
    cache = os.environ.get("NIGHTSHIFT_BENCH_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "nightshift-bench")
    made = os.path.join(cache, name, "bin", "python")
    return os.environ.get(variable) or (made if os.path.exists(made) else "python3")


class Tool:
    """A tool with one repository below `folder`. `source` is the data that it keeps: a file or a folder."""

    name = ""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.env = dict(os.environ)

    def version(self):
        output = subprocess.run([self.program, *self.version_arguments], capture_output=True, text=True, env=self.env)
        return f"{self.name} {output.stdout.replace(self.name, '').split()[0]}"

    version_arguments = ["--version"]

    def prepare(self, original):
        """Makes an empty repository; gives the path of the data as this tool wants it."""
        remove(self.folder)
        os.makedirs(self.folder)
        self.source = original
        self.initialise()
        return original

    def stored_bytes(self):
        return size_of(self.repository)

    def run(self, *arguments, cwd=None):
        return measure([self.program, *arguments], cwd=cwd, env=self.env)


class Nightshift(Tool):
    name = "nightshift"

    def initialise(self):
        self.site = os.path.join(self.folder, "site")
        self.repository = os.path.join(self.site, "Store")
        self.run("init", self.site)
        help_text = subprocess.run([self.program, "data", "add", "--help"], capture_output=True, text=True).stdout
        # As files: the others do not look into tables either.
        self.options = ["--format", "files"] if "--format" in help_text else []

    def add(self):
        return self.run("data", "add", self.source, "--as", "data", "--site", self.site, *self.options)

    again = unchanged = add

    def checkout(self):
        target = os.path.join(self.folder, "out")
        remove(target)
        return lambda: self.run("data", "checkout", "data@latest", target, "--site", self.site)

    def check(self):
        return self.run("store", "check", "--read-data", "--site", self.site)

    def start(self):
        return self.run("run", "--site", self.site)


class DVC(Tool):
    """Keeps its data in its own folder: it takes no other, and may write it anew."""

    name = "dvc"

    def prepare(self, original):
        remove(self.folder)
        os.makedirs(self.folder)
        self.original = original
        self.source = os.path.join(self.folder, os.path.basename(original))
        subprocess.run(["cp", "-a", original, self.source], check=True)
        self.repository = os.path.join(self.folder, ".dvc", "cache")
        self.run("init", "--no-scm", "--quiet", cwd=self.folder)
        settings = {
            "core.analytics": "false", "core.check_update": "false", "cache.type": "copy",
            "core.site_cache_dir": os.path.join(self.folder, "site-cache"),
        }
        for key, value in settings.items():
            self.run("config", "--local", key, value, cwd=self.folder)
        return self.source

    def add(self):
        return self.run("add", "--quiet", os.path.basename(self.source), cwd=self.folder)

    again = add

    def unchanged(self):
        return self.run("status", "--quiet", cwd=self.folder)

    def checkout(self):
        remove(self.source)
        return lambda: self.run("checkout", "--quiet", cwd=self.folder)


class Restic(Tool):
    name = "restic"
    version_arguments = ["version"]

    def initialise(self):
        self.repository = os.path.join(self.folder, "repository")
        password = os.path.join(self.folder, "password")
        with open(password, "w") as file:
            file.write("bench\n")
        self.env.update(
            RESTIC_REPOSITORY=self.repository, RESTIC_PASSWORD_FILE=password,
            RESTIC_CACHE_DIR=os.path.join(self.folder, "cache"))
        self.run("init", "--quiet")

    def add(self):
        return self.run("backup", "--quiet", self.source)

    again = unchanged = add

    def checkout(self):
        target = os.path.join(self.folder, "out")
        remove(target)
        return lambda: self.run("restore", "--quiet", "latest", "--target", target)

    def check(self):
        return self.run("check", "--quiet", "--read-data")


class Borg(Tool):
    name = "borg"

    def initialise(self):
        self.repository = os.path.join(self.folder, "repository")
        self.archive_count = 0
        self.env.update(
            BORG_BASE_DIR=os.path.join(self.folder, "base"), BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK="yes",
            BORG_RELOCATED_REPO_ACCESS_IS_OK="yes")
        self.run("init", "--encryption", "none", self.repository)

    def add(self):
        self.archive_count += 1
        return self.run("create", f"{self.repository}::{self.archive_count}", self.source)

    again = unchanged = add

    def checkout(self):
        target = os.path.join(self.folder, "out")
        remove(target)
        os.makedirs(target)
        return lambda: self.run("extract", f"{self.repository}::{self.archive_count}", cwd=target)

    def check(self):
        return self.run("check", "--verify-data", self.repository)


def installed(folder, nightshift, cache, wanted):
    """Nightshift and those of the wanted peers that this machine has, each with a folder of its own."""
    found = [(Nightshift, nightshift)]
    path = os.pathsep.join([os.path.join(cache, "dvc", "bin"), os.environ.get("PATH", "")])
    found += [(kind, shutil.which(kind.name, path=path)) for kind in (DVC, Restic, Borg) if kind.name in wanted]
    return [kind(program, os.path.join(folder, kind.name)) for kind, program in found if program]
