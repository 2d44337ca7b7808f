internal import CPosix
internal import Disk
internal import Glibc

/// What steps leave behind: processes that made a session of their own, and those whose runner was killed.
///
/// They are known by a variable of their environment that names the attempt: it needs no privilege, and no process
/// sheds it by accident.
struct Remnants {
  /// The variable; its value is the attempt's folder, which no other attempt ever has.
  static let variable = "NIGHTSHIFT_ATTEMPT"

  /// How long one that shows no environment is waited for: some programs never have one.
  static let facelessMilliseconds = 100

  private let tree: ProcessTree

  init(_ disk: Disk) { tree = ProcessTree(disk: disk) }

  /// Kills the orphans of this process that bear the mark, and reaps them and those of `dying` that are gone; false when
  /// there was none, and none is dying.
  ///
  /// To be called again until there is none: what they had started is orphaned by it, once they are gone. One with much
  /// memory shows no environment long before that: `dying` remembers it.
  func killOrphans(marked mark: String, dying: inout Set<Int32>) -> Bool {
    let marked = (tree.orphans() ?? tree.all()).filter { tree.isMarked($0, by: [mark]) }
    dying.formUnion(marked)
    kill(marked)
    dying = dying.filter { process in
      posix_reap(process)
      return !tree.hasEnded(process)
    }
    return !marked.isEmpty || !dying.isEmpty
  }

  /// Whether an orphan of this process is just becoming another program, so that nobody can tell whether it is marked.
  func hasFacelessOrphan() -> Bool { (tree.orphans() ?? []).contains { tree.isFaceless($0) } }

  /// Kills all processes of this machine that bear one of the marks; returns when they are gone, or after `seconds`.
  func killAll(marked marks: Set<String>, seconds: Double) {
    guard !marks.isEmpty else { return }
    let end = ContinuousClock.now + .seconds(seconds)
    // One that is just becoming another program shows no environment for a moment.
    let patience = ContinuousClock.now + .milliseconds(Self.facelessMilliseconds)
    var quietLooks = 0
    var killed: Set<Int32> = []
    while quietLooks < 2, ContinuousClock.now < end {
      let all = tree.all()
      let found = all.filter { tree.isMarked($0, by: marks) }
      killed.formUnion(found)
      let isQuiet = !kill(found) && (ContinuousClock.now > patience || !all.contains { tree.isFaceless($0) })
      quietLooks = isQuiet ? quietLooks + 1 : 0
      usleep(1000)
    }
    // The environment of a dying process goes before its files and locks do.
    while !killed.allSatisfy({ tree.hasEnded($0) }), ContinuousClock.now < end { usleep(1000) }
  }

  @discardableResult
  private func kill(_ processes: [Int32]) -> Bool {
    for process in processes where process != getpid() {
      Glibc.kill(process, SIGKILL)
      posix_reap(process)
    }
    return !processes.isEmpty
  }
}
