internal import Disk
internal import SystemPackage
internal import Tables

/// Finds jobs that wait or run by what people call them: the name in the inbox, the claim's folder, the run, the spec;
/// names of files with or without their ending.
struct JobLookup {
  /// A job and where it is.
  struct Found: Hashable {
    var state: Spool.State
    /// Its name in the state's folder.
    var entry: String
    var run: String?
    /// Whether it is a folder with a claim's record.
    var isClaim: Bool
    /// Nanoseconds since 1970 when it came, as far as that is known.
    var arrived: Int64?
    /// What tells it from all others.
    fileprivate var place: String { "\(state.rawValue)/\(entry)" }
    fileprivate var names: [String]
    fileprivate var specName: String?
  }

  let spool: Spool

  func find(_ name: String, in states: [Spool.State]) throws(SpoolError) -> Found {
    try find(name, among: try all(in: states))
  }

  /// All jobs of some states, to look for several.
  func all(in states: [Spool.State]) throws(SpoolError) -> [Found] {
    var known: [Found] = []
    for state in states { known += try jobs(in: state) }
    return known
  }

  func find(_ name: String, among known: [Found]) throws(SpoolError) -> Found {
    let matches =
      [
        known.filter { $0.place == name || $0.names.contains(name) }, known.filter { $0.specName == name },
        known.filter { ($0.names + [$0.specName].compactMap { $0 }).map(Claim.stem).contains(name) },
      ].first { !$0.isEmpty } ?? []
    if matches.count > 1 { throw .ambiguousJob(name, names: matches.map(\.place).sorted()) }
    if let match = matches.first { return match }
    let words = known.flatMap { $0.names + ($0.specName.map { [$0] } ?? []) }
    throw .unknownJob(name, nearest: nearestWord(to: name, among: words.sorted()))
  }

  private func jobs(in state: Spool.State) throws(SpoolError) -> [Found] {
    let disk = spool.disk
    var found: [Found] = []
    for entry in try onSpool({ () throws(DiskError) in try disk.list(spool.folder(state)) })
    where !entry.name.hasPrefix(".") {
      let path = spool.folder(state).appending(entry.name)
      if entry.status.kind == .directory, let record = try spool.readableRecord(path) {
        let job = try onSpool { () throws(DiskError) in try ClaimFile.job(in: path, disk) }
        found.append(
          Found(
            state: state, entry: entry.name, run: record.run, isClaim: true, arrived: record.arrived,
            names: [entry.name, Spool.claimName(of: entry.name)] + [record.run, job].compactMap { $0 },
            specName: job.flatMap { specName(of: path.appending($0)) } ?? job))
      } else if state == .inbox || state == .held, isJob(entry, path) {
        // Who put it on hold has changed it, too.
        let arrived = state == .held ? entry.status.modified : entry.status.changed
        found.append(
          Found(
            state: state, entry: entry.name, isClaim: false, arrived: arrived, names: [entry.name],
            specName: specName(of: path)))
      }
    }
    return found
  }

  private func isJob(_ entry: DirectoryEntry, _ path: FilePath) -> Bool {
    switch entry.status.kind {
    case .regular: Spool.isSpecName(entry.name)
    case .directory: Spool.specName(inFolder: path, spool.disk) != nil
    case .link, .other: false
    }
  }

  /// Nil where nothing readable came with it: then its own name is all there is.
  private func specName(of job: FilePath) -> String? { (try? spool.submission(of: job))?.specName }
}
