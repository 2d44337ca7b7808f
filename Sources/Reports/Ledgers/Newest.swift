/// The newest entries by their place in time, at most so many: the same whatever the order in which they came.
package struct Newest<Entry: LedgerEntry>: Codable, Hashable, Sendable {
  /// Newest first, each place once.
  package private(set) var entries: [Entry] = []

  package init() {}

  /// The entry at a place.
  package subscript(place: Entry.Place) -> Entry? {
    let index = entries.partitioningIndex { $0.place <= place }
    return index < entries.count && entries[index].place == place ? entries[index] : nil
  }

  /// Whether there may have been more, older ones, that had no room.
  package var isFull: Bool { entries.count == Entry.limit }

  /// Puts the entry in its place; one that stood there goes.
  mutating func add(_ entry: Entry) {
    let index = entries.partitioningIndex { $0.place <= entry.place }
    if index < entries.count, entries[index].place == entry.place {
      entries[index] = entry
      return
    }
    guard index < Entry.limit else { return }
    entries.insert(entry, at: index)
    if entries.count > Entry.limit { entries.removeLast() }
  }
}

/// What a ledger keeps the newest of.
package protocol LedgerEntry: Codable, Hashable, Sendable {
  associatedtype Place: Comparable
  /// What orders entries and tells them apart.
  var place: Place { get }
  /// How many a ledger keeps.
  static var limit: Int { get }
}

extension Array {
  /// The first index from which on `isBeyond` holds; it must not hold for an element before one for which it does not.
  fileprivate func partitioningIndex(where isBeyond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
