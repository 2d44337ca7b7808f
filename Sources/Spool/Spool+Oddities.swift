internal import Disk
internal import SystemPackage

extension Spool {
  /// The names among `entries` of which no earlier call heard the same, and takes note of all: a person is told once
  /// of what cannot be a job, not by each night's mail, until it changes.
  package func unheard(of entries: [InboxEntry]) throws -> Set<String> {
    let path = root.appending(".odd.json")
    let present = Dictionary(
      entries.map { ($0.name, "\($0.inode) \($0.changed) \($0.reason)") }, uniquingKeysWith: { first, _ in first })
    // What cannot be read is forgotten: it is told once more.
    let heard =
      try disk.readIfPresent(path, limitBytes: 1 << 24)
      .flatMap { try? Spool.decode([String: String].self, $0) } ?? [:]
    guard present != heard else { return [] }
    try disk.replace(path, with: try Spool.encode(present), durability: .cached)
    return Set(present.filter { heard[$0.key] != $0.value }.keys)
  }
}
