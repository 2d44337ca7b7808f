internal import Disk
internal import SystemPackage

extension Claim {
  /// Moves the job to its final place, `STATE/DATE/NAME`, with `NAME.result.json` beside it, and lets go of it. Killed
  /// anywhere in it, the next runner completes it. Throws ``SpoolError/lostClaim(_:)`` and changes nothing when another
  /// runner has taken the job over.
  ///
  /// - Parameter specName: the name under which people know the spec.
  package func finish(_ state: Spool.State, date: String, specName: String, result: [UInt8]) throws(SpoolError) {
    try requireOurs()
    // The record's write makes the result's name durable, too.
    try whileThere { () throws(SpoolError) in
      try onSpool { () throws(DiskError) in
        try spool.disk.replace(folder.appending(ClaimFile.result), with: result, durability: .contentSynced)
      }
    }
    let end = Record.End(state: state.rawValue, date: date, name: try freeName(state, date, specName))
    try update { record in
      record.children = []
      record.end = end
    }
    try complete()
  }

  /// Completes what a dead runner had begun to finish; false when it had not come that far.
  package func completeIfFinished() throws(SpoolError) -> Bool {
    guard record().end != nil else { return false }
    try complete()
    return true
  }

  private func complete() throws(SpoolError) {
    guard let first = record().end, let state = Spool.State(rawValue: first.state) else { return }
    let target = spool.folder(state).appending(first.date)
    try onSpool { () throws(DiskError) in try spool.disk.makeDirectory(target, durability: .synced) }
    var end = first
    while try !move(to: target, end) {
      // Another runner took the name since it was chosen.
      end.name = try freeName(state, end.date, end.name)
      try update { [end] in $0.end = end }
    }
    try onSpool { () throws(DiskError) in
      try spool.disk.syncDirectory(target)
      try spool.discard(folder)
    }
  }

  /// The result goes first: who has its name has the job's, too. False when a name is taken; then nothing has moved.
  private func move(to target: FilePath, _ end: Record.End) throws(SpoolError) -> Bool {
    let result = folder.appending(ClaimFile.result)
    let resultTarget = target.appending(Self.stem(end.name) + ".result.json")
    guard try moveIfPresent(result, to: resultTarget) else { return false }
    if name.isEmpty { return true }
    if try moveIfPresent(job, to: target.appending(end.name)) { return true }
    _ = try moveIfPresent(resultTarget, to: result)
    return false
  }

  /// False when the target is taken.
  private func moveIfPresent(_ path: FilePath, to target: FilePath) throws(SpoolError) -> Bool {
    guard spool.disk.exists(path) else { return true }
    do { try spool.disk.renameExclusively(path, to: target) } catch {
      guard error.code == .fileExists else { throw .disk(error) }
      return false
    }
    return true
  }

  /// `NAME.yaml`, or `NAME-2.yaml`, … where that is taken. A job from `submit` keeps its spec's name.
  private func freeName(_ state: Spool.State, _ date: String, _ specName: String) throws(SpoolError) -> String {
    let stem = Self.stem(specName)
    let ending = isFolder ? "" : String(specName.dropFirst(stem.count))
    return try spool.freeName(Self.shortened(stem), ending, in: spool.folder(state).appending(date))
  }

  /// Room is left for a number and the endings: names of files have 255 bytes.
  private static func shortened(_ stem: String) -> String {
    var short = stem
    while short.utf8.count > Spool.nameLimitBytes { short.removeLast() }
    return short
  }

  static func stem(_ name: String) -> String {
    for ending in [".yaml", ".yml", ".json"] where name.hasSuffix(ending) { return String(name.dropLast(ending.count)) }
    return name
  }
}

extension Spool {
  /// `STEM` and `ENDING`, or `STEM-2`, … where there is a file of that name, or its result, in `folder`.
  func freeName(_ stem: String, _ ending: String, in folder: FilePath) throws(SpoolError) -> String {
    let isFree = [ending, ".result.json"].allSatisfy { !disk.exists(folder.appending(stem + $0)) }
    if isFree { return stem + ending }
    // A folder of a busy day is long: it is listed only for a name that is not the first of its kind.
    let taken = Set(try onSpool { () throws(DiskError) in try disk.namesIfPresent(in: folder) })
    var number = 2
    while true {
      let base = "\(stem)-\(number)"
      if !taken.contains(base + ending), !taken.contains(base + ".result.json") { return base + ending }
      number += 1
    }
  }
}
