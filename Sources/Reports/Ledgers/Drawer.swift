internal import Records

/// Ledgers of one kind, each read from where they are kept when it is first asked for.
package struct Drawer<Key: Hashable & Sendable, Ledger: Codable & Sendable>: Sendable {
  /// The file of a ledger, relative to where ledgers are kept.
  private let path: @Sendable (Key) -> String
  private let fresh: @Sendable (Key) -> Ledger
  private var ledgers: [Key: Ledger] = [:]
  /// Those that were changed.
  private(set) var changed: Set<Key> = []

  init(path: @escaping @Sendable (Key) -> String, fresh: @escaping @Sendable (Key) -> Ledger) {
    self.path = path
    self.fresh = fresh
  }

  /// Gives the ledger as it is, a new one where there is none.
  mutating func look(_ key: Key, _ shelf: any LedgerShelf) throws -> Ledger {
    if let ledger = ledgers[key] { return ledger }
    let ledger = try shelf.read(path(key)).map { try decode($0, key) } ?? fresh(key)
    ledgers[key] = ledger
    return ledger
  }

  private func decode(_ bytes: [UInt8], _ key: Key) throws -> Ledger {
    do { return try CanonicalJSON.decode(Ledger.self, from: bytes) } catch { throw LedgerDamage(path: path(key)) }
  }

  mutating func change(_ key: Key, _ shelf: any LedgerShelf, _ body: (inout Ledger) throws -> Void) throws {
    _ = try look(key, shelf)
    changed.insert(key)
    try body(&ledgers[key]!)
  }

  /// The ledger that was looked at or changed before.
  subscript(key: Key) -> Ledger { ledgers[key] ?? fresh(key) }

  /// What is to be kept of the changes.
  func files() throws -> [LedgerFile] {
    try changed.map { LedgerFile(path: path($0), bytes: try CanonicalJSON.encode(self[$0])) }
  }
}

/// A ledger that nobody can read: all is to be made anew from the records.
package struct LedgerDamage: Error {
  package var path: String
}

/// Where ledgers are kept between two nights.
package protocol LedgerShelf: Sendable {
  /// Nil where there is no such file.
  func read(_ path: String) throws -> [UInt8]?
}

/// A shelf with nothing on it: all is made anew.
package struct EmptyShelf: LedgerShelf {
  package init() {}
  package func read(_ path: String) -> [UInt8]? { nil }
}

package struct LedgerFile: Sendable {
  package var path: String
  package var bytes: [UInt8]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}
