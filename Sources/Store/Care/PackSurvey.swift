internal import Disk
internal import SystemPackage

/// How much of each pack is needed.
struct PackSurvey {
  struct Use: Equatable {
    var name: String
    /// Of the file.
    var sizeBytes: Int
    /// Seconds since 1970.
    var written: Int
    /// Of all blobs, and of those that are needed and that no pack before this one has.
    var storedBytes = 0
    var neededBytes = 0
    /// How many of them: a blob may have no bytes.
    var neededBlobs = 0
    /// The needed blobs, where copying them may pay: they are few, or the whole pack is small.
    var worthCopying: [Digest] = []

    var isDead: Bool { neededBlobs == 0 }
    var isSparse: Bool { !isDead && neededBytes * 2 < storedBytes }
    var isSmall: Bool { sizeBytes < PackSurvey.smallBytes }
  }

  /// A pack below this size costs more to find than to copy: each step leaves one.
  static let smallBytes = Pack.targetBytes / 64

  /// Every pack, those that keep a blob from others before those that lose it to them.
  private(set) var packs: [Use] = []
  /// What is needed and in no pack.
  private(set) var missing: Set<Digest> = []

  /// Looks at every table. A blob that several packs have is needed of one alone: of the pack whose greatest share is
  /// needed, or the largest of such, so that a rewritten pack never wins over the one that took its place; of a
  /// condemned pack only where no other has it. Throws where a table cannot be read, and where a pack is not as long
  /// as its table says: one that is cut off must not win over a whole one.
  init(_ store: Store, _ reach: Reach, condemned: Set<String>) throws(StoreError) {
    var uses: [Use] = []
    for name in try store.index.packNames() {
      guard var use = try Self.use(of: name, in: store) else { continue }
      let rows = try store.index.rows(ofPack: name)
      try Self.checkSize(use, rows, store)
      for row in rows {
        use.storedBytes += row.storedBytes
        if reach.contains(row.digest) { use.neededBytes += row.storedBytes }
      }
      uses.append(use)
    }
    uses.sort { left, right in
      let isLeftCondemned = condemned.contains(left.name)
      if isLeftCondemned != condemned.contains(right.name) { return !isLeftCondemned }
      let (a, b) = (left.neededShare, right.neededShare)
      return a == b ? (left.sizeBytes, right.name) > (right.sizeBytes, left.name) : a > b
    }
    var rest = reach.required.union(reach.wanted)
    for use in uses { packs.append(try Self.claim(use, from: &rest, store)) }
    missing = rest
  }

  /// The pack as a file; nil where it is gone.
  static func use(of name: String, in store: Store) throws(StoreError) -> Use? {
    let path = store.root.appending("packs").appending(name + ".pack")
    let status = try onDisk { () throws(DiskError) in try store.disk.statusIfPresent(of: path) }
    return status.map { Use(name: name, sizeBytes: $0.sizeBytes, written: Int($0.modified / 1_000_000_000)) }
  }

  private static func checkSize(_ use: Use, _ rows: [Pack.Row], _ store: Store) throws(StoreError) {
    let end = rows.map { $0.offset + $0.storedBytes }.max() ?? Pack.magic.count
    let expected = end + rows.count * Pack.rowBytes + Pack.trailerBytes
    guard use.sizeBytes != expected else { return }
    let path = store.root.appending("packs").appending(use.name + ".pack")
    throw .damagedPack(path, reason: "it has \(use.sizeBytes) bytes and its table says \(expected)")
  }

  private static func claim(_ use: Use, from rest: inout Set<Digest>, _ store: Store) throws(StoreError) -> Use {
    var use = use
    (use.neededBytes, use.neededBlobs) = (0, 0)
    var claimed: [Digest] = []
    for row in try store.index.rows(ofPack: use.name).sorted(by: { $0.offset < $1.offset })
    where rest.remove(row.digest) != nil {
      use.neededBytes += row.storedBytes
      use.neededBlobs += 1
      claimed.append(row.digest)
    }
    if use.isSparse || use.isSmall { use.worthCopying = claimed }
    return use
  }
}

extension PackSurvey.Use {
  fileprivate var neededShare: Double { storedBytes == 0 ? 0 : Double(neededBytes) / Double(storedBytes) }
}
