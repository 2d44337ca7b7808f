internal import Disk
package import Records
package import Store
package import SystemPackage

/// The folders of runs: `runs/YYYY/MM/DD/<run>/` with `run.json` when the run has ended, `events.ndjson` while it goes
/// on, and a folder for each step.
package struct RunArchive: Sendable {
  let store: Store

  package init(_ store: Store) { self.store = store }

  /// The folder of a run, from the date in its name.
  package func folder(of run: String) throws(PipelineError) -> FilePath {
    guard let day = Self.day(of: run) else { throw .damagedRun(run, reason: "that is no name of a run") }
    return store.root.appending("runs").appending(String(day[0..<4])).appending(String(day[4..<6]))
      .appending(String(day[6..<8])).appending(run)
  }

  /// The eight digits in its name; nil where it is no name of a run.
  private static func day(of run: String) -> [Character]? {
    let parts = run.split(separator: "-")
    guard parts.count >= 3, EntityName.isValid(run.lowercased()), let date = parts.dropLast().last, date.count == 15
    else { return nil }
    let day = Array(date.prefix(8))
    return day.allSatisfy(\.isNumber) ? day : nil
  }

  /// The run that is meant on a command line: that of the name, or else the newest of the job of that name that has ended.
  /// Throws where it is neither.
  package func run(meantBy text: String) throws -> String {
    if Self.day(of: text) != nil { return text }
    let newest = try names().first { name in
      let record = try folder(of: name).appending("run.json")
      return name.split(separator: "-").dropLast(2).joined(separator: "-") == text && store.disk.exists(record)
    }
    guard let newest else {
      throw PipelineError.unknownReference(
        text, reason: "it is neither a run nor a job that has run; `nightshift runs` lists them")
    }
    return newest
  }

  package func stepFolder(_ step: String, of run: String) throws(PipelineError) -> FilePath {
    try folder(of: run).appending("steps").appending(step)
  }

  /// The frozen record; nil while the run goes on, or where there is none.
  package func record(of run: String) throws -> RunRecord? {
    let path = try folder(of: run).appending("run.json")
    guard let bytes = try store.disk.readIfPresent(path, limitBytes: 64 << 20) else { return nil }
    do { return try CanonicalJSON.decode(RunRecord.self, from: bytes) } catch {
      throw PipelineError.damagedRun(run, reason: "\(error)")
    }
  }

  /// Gives a frozen record that nobody can read another name, so that the run can be closed anew; false when there is
  /// none, or nothing is wrong with it.
  func setAsideDamagedRecord(of run: String) throws -> Bool {
    do {
      _ = try record(of: run)
      return false
    } catch PipelineError.damagedRun, DiskError.tooLarge, DiskError.notRegular {
      let folder = try folder(of: run)
      try store.disk.rename(folder.appending("run.json"), to: folder.appending("run.json.damaged"))
      return true
    }
  }

  /// The records of a run's steps that are over, whether or not the run has ended.
  func steps(of run: String) throws -> [StepRecord] {
    let folder = try folder(of: run).appending("steps")
    return try store.disk.listIfPresent(folder).compactMap { try step($0.name, of: run) }
  }

  /// The record of a step that is over; nil while it is not, and where a power cut tore it.
  func step(_ id: String, of run: String) throws -> StepRecord? {
    let path = try stepFolder(id, of: run).appending("step.json")
    guard let bytes = try store.disk.readIfPresent(path, limitBytes: 64 << 20) else { return nil }
    return try? CanonicalJSON.decode(StepRecord.self, from: bytes)
  }

  /// Notes that a step is over. Not synced: it is for the next runner of the same machine, and what the step made is
  /// remembered durably under its key.
  func keep(_ record: StepRecord, of run: String) throws {
    let folder = try stepFolder(record.id, of: run)
    try store.disk.makeDirectory(folder)
    try store.disk.replace(
      folder.appending("step.json"), with: try CanonicalJSON.encode(record), durability: .cached)
  }

  /// Freezes the record, with the spec's very bytes beside it: from now on the run is over.
  func freeze(_ record: RunRecord, spec: [UInt8]) throws {
    let folder = try folder(of: record.id)
    try store.disk.makeDirectory(folder, durability: .synced)
    try store.disk.replace(folder.appending("spec.yaml"), with: spec, durability: .contentSynced, mode: 0o444)
    try store.disk.replace(folder.appending("run.json"), with: try CanonicalJSON.encodeForPeople(record), mode: 0o444)
  }

  /// The names of runs, ended or not, latest logical time first; no more days are looked into than `limit` asks for.
  package func names(limit: Int = .max) throws -> [String] {
    var names: [String] = []
    for year in try newestFirst(store.root.appending("runs")) {
      for month in try newestFirst(year) {
        for day in try newestFirst(month) {
          let runs = try store.disk.listIfPresent(day).map(\.name)
          names += runs.sorted { (Self.time($0), $0) > (Self.time($1), $1) }
          if names.count >= limit { return Array(names.prefix(limit)) }
        }
      }
    }
    return names
  }

  /// A run's folder, of a run that has ended or not.
  package struct Folder: Hashable, Sendable {
    package var run: String
    /// Nanoseconds since 1970: changes when the run is frozen, and when it is done again.
    package var modified: Int64
  }

  /// The folders of all runs, earliest logical time first, then by name.
  package func folders() throws -> [Folder] {
    var folders: [Folder] = []
    for year in try newestFirst(store.root.appending("runs")).reversed() {
      for month in try newestFirst(year).reversed() {
        for day in try newestFirst(month).reversed() {
          let runs = try store.disk.listIfPresent(day).filter { Self.day(of: $0.name) != nil }
            .map { Folder(run: $0.name, modified: $0.status.modified) }
          folders += runs.sorted { (Self.time($0.run), $0.run) < (Self.time($1.run), $1.run) }
        }
      }
    }
    return folders
  }

  /// Whether the run has ended.
  package func hasRecord(of run: String) throws -> Bool {
    store.disk.exists(try folder(of: run).appending("run.json"))
  }

  private func newestFirst(_ folder: FilePath) throws(DiskError) -> [FilePath] {
    try store.disk.listIfPresent(folder).map(\.name).sorted(by: >).map { folder.appending($0) }
  }

  /// All frozen records, latest logical time first.
  package func records() throws -> [RunRecord] {
    try names().compactMap { try record(of: $0) }
  }

  /// Adds a line to the events of a run, for those who watch. Not needed for recovery, so not synced; but the folder is:
  /// what is made durable in it later must be found again.
  func append(_ event: RunEvent, to run: String) throws {
    let folder = try folder(of: run)
    try store.disk.makeDirectory(folder, durability: .synced)
    let file = try store.disk.openForAppending(folder.appending("events.ndjson"))
    try file.write(try CanonicalJSON.encode(event) + [UInt8(ascii: "\n")])
  }

  /// The events so far; a line that a crash tore is passed over.
  func events(of run: String) throws -> [RunEvent] {
    let path = try folder(of: run).appending("events.ndjson")
    guard let bytes = try store.disk.readIfPresent(path, limitBytes: 64 << 20) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap {
      try? CanonicalJSON.decode(RunEvent.self, from: Array($0))
    }
  }

  private static func time(_ run: String) -> Substring { run.split(separator: "-").dropLast().last ?? "" }
}

/// A line of `events.ndjson`.
struct RunEvent: Codable {
  var at: Timestamp
  /// `run-started`, `step-started`, `step-retried`, `step-ended`, `run-ended`.
  var event: String
  var step: String?
  var outcome: String?
  var text: String?
}
