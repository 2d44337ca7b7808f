internal import Disk
package import SystemPackage

extension Store {
  static let journalPrefix = "trials-"
  /// Journals that nobody has written to for so long are of work that nobody goes on with.
  static let journalDays = 30

  /// Where a step of this key notes what it has done so far: `tmp/trials-KEY.ndjson`. Derived: deleting it loses time only.
  package func journalPath(_ key: Digest) -> FilePath {
    root.appending("tmp").appending(Self.journalPrefix + key.hex + ".ndjson")
  }

  /// Removes journals of steps that were cut short and never done again.
  func removeOldJournals(now: Int64) throws(DiskError) {
    let limit = now - Int64(Self.journalDays) * 86_400 * 1_000_000_000
    let folder = root.appending("tmp")
    for entry in try disk.listIfPresent(folder)
    where entry.name.hasPrefix(Self.journalPrefix) && entry.status.kind == .regular && entry.status.modified < limit {
      try disk.remove(folder.appending(entry.name))
    }
  }
}
