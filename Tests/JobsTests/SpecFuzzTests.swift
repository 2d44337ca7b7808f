import Disk
import Foundation
@testable import Jobs
import Records
@testable import Spool
import Synchronization
import SystemPackage
import Testing

/// Every reader of what people write gets damaged texts: it may refuse them, but neither crash nor hang.
///
/// `NIGHTSHIFT_FUZZ` is the count of inputs, `NIGHTSHIFT_FUZZ_SEED` the seed, and `NIGHTSHIFT_FUZZ_LAST` names files for
/// the inputs at hand, which are there after a crash. `Scripts/fuzz-specs` sets them.
@Suite struct SpecFuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["NIGHTSHIFT_FUZZ"].flatMap { Int($0) } ?? 3000
  private static let seed = environment["NIGHTSHIFT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
  private static let partCount = 4
  /// Long for one input, even in a debug build on a machine with much else to do.
  private static let limitSeconds = 60

  @Test("damaged specs, settings, schedules and rules are refused, never a crash or a hang", arguments: 0..<partCount)
  func fuzz(part: Int) throws {
    let specs = try Self.specs()
    let current = CurrentInput(part: part, folder: Self.environment["NIGHTSHIFT_FUZZ_LAST"])
    let watch = current.watch(limitSeconds: Self.limitSeconds)
    defer { watch.cancel() }
    for index in stride(from: part, to: Self.count, by: Self.partCount) {
      var mutator = SpecMutator(seed: Self.seed &* 1_000_003 &+ UInt64(index))
      let isSmall = index % 3 == 0
      let text = mutator.text(from: isSmall ? Self.words : specs)
      current.begin(index, text)
      if isSmall { Self.readWords(String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)) } else { Self.read(text) }
    }
    current.end()
  }

  // MARK: What is damaged

  private static func specs() throws -> [[UInt8]] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    let files = [
      "Tests/JobsTests/Golden/mistakes.yaml", "Jobs/examples/flights/flights-delay.yaml",
      "Jobs/examples/flights/flights-night.yaml", "Jobs/examples/recurring/answer-drift.yaml",
      "Jobs/examples/recurring/landing-night.yaml",
    ]
    return try files.map { Array(try Data(contentsOf: root.appendingPathComponent($0))) }
      + [command, settings].map {
        Array($0.utf8)
      }
  }

  private static let command = """
    version: 1
    name: own
    params: {x: 1, list: [a, b], word: "it's"}
    resources: {cpus: 2, memory: 4GiB, timeout: 1h, output: 1MiB, file-size: 1GiB, files: 64}
    retry: {attempts: 3, backoff: 30s}
    env: {LANG: C}
    sandbox: strict
    network: true
    binds: [/opt]
    steps:
      - {id: a, run: "echo ${{ params.x }}", outputs: {o: {path: o.csv, kind: dataset, as: o}}}
      - {id: b, run: [cat, "${{ params.word }}"], inputs: {i: a.o}, code: [x.py, lib/], if: "steps.a.outcome == ran"}
      - {id: c, uses: import, with: {archive: a.tar, select: ${{ params.list }}, dataset: d, limits: {entries: 5}}}

    """

  private static let settings = """
    name: site
    project: p
    roots: [/data]
    settle: 2s
    sandbox: auto
    grace: 10s
    retention: {datasets: {last: 3, days: 30}, runs: {days: 90}, grace: 1h}
    limits: {cpus: 4, memory: 8GiB, jobs: 3, attempts: 5, projects: {p: {jobs: 1, store: 1GiB}}}
    notify: {command: [mail, x], on: [failed, drift], repeat: 1h}
    expect: 1d

    """

  /// The small languages: schedules, rules, conditions, references, quantities, times.
  private static let words: [[UInt8]] = [
    "0 2 * * mon-fri", "*/5 1,2,3 1-15/2 jan,feb 0-7", "@daily", "Mon..Fri *-*-* 02:00:00",
    "*-*~1/2 12:00 Europe/Berlin",
    "Sat,Sun *-02-29 00..23/2:00/15:30", "weekly UTC", "@1700000000", "2024-03-31 02:30:00 Europe/Berlin",
    "auc >= champion.auc - 0.005", "slice(carrier).auc > 0.5", "drift.dep_time.psi < 0.25", "new-rows >= 1000",
    "age > 30d", "steps.a.outcome == 'failed' && steps.b.verdict != promote || x == y", "flights@latest",
    "other/flights@v12", "flights@2013-04-01", "1.5h", "512MiB", "2013-04-01T02:00:00Z", "arr_delay > 15",
    "echo ${{ params.x }} ${{ run.date }}",
  ].map { Array($0.utf8) }

  // MARK: Who reads

  private static let context = RunContext(id: "a-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))

  private static func read(_ text: [UInt8]) {
    for use in [SpecReader.Use.once, .recurring, .queued] { read(text, use) }
    _ = JobSummary(of: text, defaultProject: "p")
    do { _ = try SiteSettings(text, file: "nightshift.yaml") } catch { _ = error.lines }
    do {
      _ = try SpecReplay.spec(text, replacing: "flights", of: "flights", with: "flights@v4", file: "job.yaml")
    } catch { _ = error.lines }
  }

  private static func read(_ text: [UInt8], _ use: SpecReader.Use) {
    do {
      let job = try SpecReader(file: "job.yaml", defaultProject: "p", run: context, use: use).read(text)
      _ = StepOrder(job)
      if let timetable = job.triggers?.timetable { ask(timetable) }
    } catch {
      _ = error.lines
    }
  }

  private static func readWords(_ word: String) {
    let schedule = try? Schedule(word, zone: .utc) { name throws(ScheduleError) in try Zone(named: name, Disk()) }
    if let schedule { ask(Timetable(schedules: [schedule], catchUp: .every, randomDelaySeconds: 60)) }
    _ = (RuleParser.gateRule(word), RuleParser.retrainCondition(word), RuleParser.condition(word))
    _ = (ReferenceParser.stored(word), Quantity.seconds(word), Quantity.bytes(word), Timestamp(word))
    let spec = "version: 1\nname: a\nparams: {x: 1}\nsteps: [{id: a, run: \(SpecNode.quoted(word))}]\n"
    let reader = SpecReader(
      file: "a", defaultProject: "p", overrides: [Job.Param(name: "x", json: word)], run: context)
    _ = try? reader.read(Array(spec.utf8))
  }

  private static func ask(_ timetable: Timetable) {
    let start = Timestamp(seconds: 1_700_000_000)
    _ = timetable.next(after: start)
    _ = timetable.due(after: start, at: Timestamp(seconds: start.seconds + 90_000)) { _ in 30 }
  }
}

/// The input that is being read, for those who want to know after a crash or in a hang.
private final class CurrentInput: Sendable {
  private let part: Int
  private let file: Int32
  private let state = Mutex((index: 0, since: ContinuousClock.now))

  init(part: Int, folder: String?) {
    self.part = part
    file = folder.map { open("\($0)/input-\(part)", O_CREAT | O_RDWR, 0o644) } ?? -1
  }

  deinit { if file >= 0 { close(file) } }

  func begin(_ index: Int, _ text: [UInt8]) {
    state.withLock { $0 = (index, .now) }
    guard file >= 0 else { return }
    ftruncate(file, 0)
    pwrite(file, text, text.count, 0)
  }

  func end() { if file >= 0 { ftruncate(file, 0) } }

  /// Ends the process over an input that takes too long.
  func watch(limitSeconds: Int) -> Task<Void, Never> {
    Task {
      while (try? await Task.sleep(for: .seconds(1))) != nil {
        let (index, since) = state.withLock { $0 }
        precondition(ContinuousClock.now - since < .seconds(limitSeconds), "input \(index) hangs its reader")
      }
    }
  }
}
