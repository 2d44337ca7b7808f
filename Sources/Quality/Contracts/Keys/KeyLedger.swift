internal import Disk
internal import SystemPackage

/// Tells which keys came before, exactly and in bounded memory: up to `limit` different keys in a set; beyond that all
/// keys go to a temporary file in partitions, each of which is judged alone at the end.
struct KeyLedger: Sendable {
  enum Question: Sendable {
    /// Whether the key came in an earlier row.
    case repeats
    /// Whether the key is not among those that were learnt.
    case strangers
  }

  private let question: Question
  private let limit: Int
  private let spillFolder: FilePath
  private let disk: Disk
  /// How many ledgers share the memory for what waits to be written.
  private let share: Int
  private let partLimit: Int
  private var known = KeySet()
  private var spill: KeySpill?
  private(set) var failing = RowTally()

  /// - Parameters:
  ///   - share: how many ledgers are at work at the same time.
  ///   - partLimit: keys that are in memory at the end, when one ledger after the other is judged.
  init(
    _ question: Question, limit: Int, disk: Disk, folder: FilePath, share: Int = 1, partLimit: Int = 3 << 18
  ) {
    self.question = question
    self.limit = limit
    self.share = share
    self.partLimit = partLimit
    self.disk = disk
    spillFolder = folder
  }

  /// A key of the other table.
  mutating func learn(_ key: Key) throws {
    if spill != nil { return try append(key, KeySpill.learnt) }
    if known.insert(key), known.count > limit { try overflow() }
  }

  mutating func judge(_ key: Key, row: Int) throws {
    if spill != nil { return try append(key, row) }
    switch question {
    case .strangers: if !known.contains(key) { failing.add(row) }
    case .repeats:
      if !known.insert(key) { failing.add(row) } else if known.count > limit { try overflow() }
    }
  }

  /// How many different keys there were; call it once, at the end.
  mutating func finish() throws -> Int {
    guard let spill else { return known.count }
    self.spill = nil
    var total = 0
    for partition in 0..<KeySpill.partitions { total += try judge(spill, KeySpill.Part(partition)) }
    return total
  }

  /// Judges the keys of a part, in halves where it has too many different ones: how many there are.
  private mutating func judge(_ spill: KeySpill, _ part: KeySpill.Part) throws -> Int {
    var set = KeySet()
    var failing = RowTally()
    let isWhole = try spill.forEach(in: part) { key, row in
      switch question {
      case .repeats: if !set.insert(key), row != KeySpill.learnt { failing.add(row) }
      case .strangers:
        if row == KeySpill.learnt { _ = set.insert(key) } else if !set.contains(key) { failing.add(row) }
      }
      return set.count <= partLimit
    }
    if !isWhole, let halves = part.halves {
      set = KeySet()
      return try judge(spill, halves.0) + judge(spill, halves.1)
    }
    self.failing.merge(failing)
    return set.count
  }

  private mutating func overflow() throws {
    var spill = try KeySpill(disk: disk, folder: spillFolder, share: share)
    try known.forEach { try spill.append($0, KeySpill.learnt) }
    known = KeySet()
    self.spill = spill
  }

  private mutating func append(_ key: Key, _ row: Int) throws { try spill?.append(key, row) }
}

/// Keys with their rows in a temporary file that has no name, by the top bits of the keys.
struct KeySpill: Sendable {
  static let partitions = 64
  /// In the place of a row: the key was there before the rows that follow.
  static let learnt = -1

  /// Keys that begin with the same bits: those of a partition, or of a piece of it.
  struct Part {
    var bitCount = 6
    var bits: UInt64

    init(_ partition: Int) { bits = UInt64(partition) }

    var partition: Int { Int(bits >> UInt64(bitCount - 6)) }

    func contains(_ key: Key) -> Bool { key.high >> UInt64(64 - bitCount) == bits }

    /// Nil where there are no more bits to tell keys by.
    var halves: (Part, Part)? {
      guard bitCount < 60 else { return nil }
      var (low, high) = (self, self)
      (low.bitCount, low.bits) = (bitCount + 1, bits << 1)
      (high.bitCount, high.bits) = (bitCount + 1, bits << 1 | 1)
      return (low, high)
    }
  }

  /// What all ledgers together may keep before it is written.
  private static let limitBytes = 32 << 20
  private let wordsInBlock: Int

  private let file: OpenFile
  private var buffers: [[UInt64]]
  /// Where the blocks of each partition lie, in the order of their coming.
  private var blocks: [[(offset: Int, words: Int)]]
  private var end = 0

  init(disk: Disk, folder: FilePath, share: Int) throws {
    file = try disk.createNameless(in: folder)
    wordsInBlock = 3 * max(16, min(8192, Self.limitBytes / (24 * Self.partitions * max(1, share))))
    buffers = Array(repeating: [], count: Self.partitions)
    blocks = Array(repeating: [], count: Self.partitions)
  }

  mutating func append(_ key: Key, _ row: Int) throws {
    let partition = Int(key.high >> 58)
    buffers[partition].append(key.high)
    buffers[partition].append(key.low)
    buffers[partition].append(UInt64(bitPattern: Int64(row)))
    guard buffers[partition].count >= wordsInBlock else { return }
    let words = buffers[partition].count
    try buffers[partition].withUnsafeBytes { bytes in try file.write(bytes, at: end) }
    blocks[partition].append((end, words))
    end += words * 8
    buffers[partition].removeAll(keepingCapacity: true)
  }

  /// The entries of a part, in the order of their coming, until `body` says that it is enough: false then.
  func forEach(in part: Part, _ body: (Key, Int) -> Bool) throws -> Bool {
    func give(_ words: [UInt64]) -> Bool {
      for place in stride(from: 0, to: words.count, by: 3) {
        let key = Key(high: words[place], low: words[place + 1])
        if part.contains(key), !body(key, Int(Int64(bitPattern: words[place + 2]))) { return false }
      }
      return true
    }
    for block in blocks[part.partition] {
      var words = [UInt64](repeating: 0, count: block.words)
      try words.withUnsafeMutableBytes { bytes in _ = try file.read(into: bytes, at: block.offset) }
      guard give(words) else { return false }
    }
    return give(buffers[part.partition])
  }
}
