import Foundation
import Testing

/// A disk that is really full, and one that is really read-only: a small tmpfs in a name space of its own.
@Suite struct FullDiskTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  /// What a command of a script gave.
  private struct Step: Equatable {
    var status: Int32
    var errors: String
  }

  /// Runs shell commands with a tmpfs of `megabytes` at `mnt`. `try NAME ARGS` runs the tool and notes how it went. Nil,
  /// with a printed reason, where the kernel gives no name spaces to users.
  private func run(megabytes: Int, _ commands: String) throws -> [String: Step]? {
    guard try SiteFixture.start("/usr/bin/env", ["unshare", "-Urm", "true"], site.root).status == 0 else {
      print("skipped: no user name spaces here, so no small file system to fill")
      return nil
    }
    let script = """
      mkdir mnt && mount -t tmpfs -o size=\(megabytes)m none mnt || exit 1
      try() { name=$1; shift; "\(SiteFixture.tool)" "$@" > out 2> err; echo "$name|$?|$(cat err)"; }
      \(commands)
      """
    let answer = try SiteFixture.start("/usr/bin/env", ["unshare", "-Urm", "sh", "-c", script], site.root)
    var steps: [String: Step] = [:]
    for line in answer.output.split(separator: "\n") {
      let parts = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, let status = Int32(parts[1]) else {
        Issue.record("more than one line of complaint: \(line)")
        continue
      }
      steps[parts[0]] = Step(status: status, errors: parts[2])
    }
    return steps
  }

  @Test("a full disk is an error in one line, the store stays clean, and work goes on when there is room again")
  func full() throws {
    let small = flights(2000)
    try site.write("small.csv", small)
    // More than the disk holds, and nothing that a codec could pack.
    var state: UInt64 = 1
    let words = (0..<200_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
    try words.withUnsafeBytes { Data($0) }.write(to: site.root.appendingPathComponent("large.bin"))
    let steps = try run(
      megabytes: 1,
      """
      try init init mnt
      try small data add small.csv --as small --site mnt
      try large data add large.bin --as large --site mnt
      try check store check --read-data --site mnt
      try run run --site mnt
      dd if=/dev/zero of=mnt/fill bs=4k 2> /dev/null
      try filled data add large.bin --as large --site mnt
      try repair store check --repair --site mnt
      rm mnt/fill
      try sweep run --site mnt
      ls mnt/Store/tmp | sed 's/.*/left|1|/'
      try again data add small.csv --as other --site mnt
      try checkout data checkout small@latest back --site mnt
      """)
    guard let steps else { return }
    let good = Step(status: 0, errors: "")
    for name in ["init", "small", "check", "run", "repair", "sweep", "again", "checkout"] {
      #expect(steps[name] == good, "\(name)")
    }
    for name in ["large", "filled"] {
      #expect(steps[name]?.status == 74, "\(name)")
      #expect(steps[name]?.errors.hasSuffix("the disk is full") == true, "\(name)")
    }
    #expect(steps["left"] == nil)
    #expect(try site.read("back/small.csv") == small)
  }

  @Test("a command that fills the disk fails with the reason, its folder goes, and the runner goes on")
  func commandThatFillsTheDisk() throws {
    try site.write(
      "fill.yaml",
      """
      version: 1
      name: fill
      steps:
        - {id: fill, run: "head -c 50000000 /dev/urandom > large"}

      """)
    let steps = try run(
      megabytes: 4,
      """
      try init init mnt
      cp fill.yaml mnt/Jobs/inbox/ && echo 'settle: 0s' > mnt/nightshift.yaml
      "\(SiteFixture.tool)" run --site mnt > out 2> err; echo "fill|$?|$(tr '\\n' ' ' < err)"
      cp fill.yaml mnt/Jobs/inbox/ && sed -i 's/large/small/; s/50000000/500/' mnt/Jobs/inbox/fill.yaml
      try again run --site mnt
      try check store check --read-data --site mnt
      ls mnt/Store/tmp | sed 's/.*/left|1|/'
      """)
    guard let steps else { return }
    #expect(steps["fill"]?.status == 10)
    #expect(steps["fill"]?.errors.contains("and the disk is full: make room") == true)
    for name in ["init", "again", "check"] { #expect(steps[name] == Step(status: 0, errors: ""), "\(name)") }
    #expect(steps["left"] == nil)
  }

  @Test("a read-only store is read by every verb that only reads, and refuses the rest in one line")
  func readOnly() throws {
    try site.write("small.csv", flights(200))
    let steps = try run(
      megabytes: 4,
      """
      try init init mnt
      try add data add small.csv --as small --site mnt
      try run run --site mnt
      rm -r mnt/Store/index mnt/Store/reports
      mkdir ro && mount -o bind mnt ro && mount -o remount,ro,bind ro || exit 1
      try list data list small --site ro
      try show show default/small@v1 --site ro
      try status status --site ro
      try runs runs --site ro
      try check store check --read-data --site ro
      try checkout data checkout small@latest back --site ro
      try w-add data add small.csv --as more --site ro
      try idle run --site ro
      rm mnt/Store/locks/swept
      try w-run run --site ro
      try w-repair store check --repair --site ro
      """)
    guard let steps else { return }
    for name in ["init", "add", "run", "list", "show", "status", "runs", "check", "checkout"] {
      #expect(steps[name] == Step(status: 0, errors: ""), "\(name)")
    }
    for name in ["w-add", "w-run", "w-repair"] {
      #expect(steps[name]?.status == 74, "\(name)")
      #expect(steps[name]?.errors.hasSuffix("the file system is read-only") == true, "\(name)")
    }
    // With nothing to do it has lost nothing but its heartbeat.
    #expect(steps["idle"]?.status == 0)
    #expect(steps["idle"]?.errors.hasSuffix("the file system is read-only") == true)
    #expect(try site.read("back/small.csv") == flights(200))
  }
}
