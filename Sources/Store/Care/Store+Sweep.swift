internal import Disk
internal import SystemPackage

extension Store {
  /// Caches of folders that were read, more than which are not kept.
  static let statCacheLimit = 256

  /// Removes what dead writers left: packs under `tmp/`, hidden temporary files beside index tables and refs. Does
  /// nothing where a writer is alive, and never touches what is read.
  package func sweep() throws(StoreError) {
    try sweepWriters()
    for kind in EntityName.Kind.allCases {
      for entity in try refs.entities(kind) { try refs.sweep(entity) }
    }
  }

  /// Sweeps where nobody has for a day: looking everywhere costs more than most calls do.
  ///
  /// - Parameter now: seconds since 1970.
  package func sweepDaily(now: Int) throws(StoreError) {
    let mark = root.appending("locks").appending("swept")
    let last = try onDisk { () throws(DiskError) in try disk.statusIfPresent(of: mark) }?.modified
    // A clock that was set back does not put it off.
    if let last, (0..<Self.daySeconds).contains(now - Int(last / 1_000_000_000)) { return }
    try sweep()
    try onDisk { () throws(DiskError) in try disk.replace(mark, with: [], durability: .cached) }
  }

  private static let daySeconds = 86_400

  private func sweepWriters() throws(StoreError) {
    try generations.whileNobodyWrites { () throws(StoreError) in
      try onDisk { () throws(DiskError) in try removeLeftovers() }
    }
  }

  private func removeLeftovers() throws(DiskError) {
    for entry in try disk.listIfPresent(root.appending("tmp")) where entry.name.hasSuffix(".pack") {
      try disk.remove(root.appending("tmp").appending(entry.name))
    }
    let index = root.appending("index")
    try disk.removeTemporaries(in: index)
    let steps = index.appending("steps")
    for entry in try disk.listIfPresent(steps) where entry.status.kind == .directory {
      try disk.removeTemporaries(in: steps.appending(entry.name))
    }
    try trimStatCaches(index.appending("stat"))
    try removeOldJournals(now: Disk.now())
  }

  private func trimStatCaches(_ folder: FilePath) throws(DiskError) {
    try disk.removeTemporaries(in: folder)
    let caches = try disk.listIfPresent(folder).sorted { $0.status.modified > $1.status.modified }
    for entry in caches.dropFirst(Self.statCacheLimit) { try disk.remove(folder.appending(entry.name)) }
  }
}

extension Disk {
  /// Removes what a dead process's ``replace(_:with:durability:mode:)`` left in a folder that nobody else writes now.
  func removeTemporaries(in folder: FilePath) throws(DiskError) {
    for entry in try listIfPresent(folder) where entry.name.hasPrefix(".tmp-") && entry.status.kind == .regular {
      try remove(folder.appending(entry.name))
    }
  }
}
