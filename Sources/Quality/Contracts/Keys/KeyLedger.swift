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
  private var known = KeySet()
  private var spill: KeySpill?
  private(set) var failing = RowTally()

  init(_ question: Question, limit: Int, disk: Disk, folder: FilePath) {
    self.question = question
    self.limit = limit
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
    for partition in 0..<KeySpill.partitions {
      var set = KeySet(capacity: spill.count(of: partition) / 2)
      var failing = RowTally()
      try spill.forEach(in: partition) { key, row in
        switch question {
        case .repeats: if !set.insert(key), row != KeySpill.learnt { failing.add(row) }
        case .strangers:
          if row == KeySpill.learnt { _ = set.insert(key) } else if !set.contains(key) { failing.add(row) }
        }
      }
      total += set.count
      self.failing.merge(failing)
    }
    return total
  }

  private mutating func overflow() throws {
    var spill = try KeySpill(disk: disk, folder: spillFolder)
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

  private static let entriesInBlock = 8192

  private let output: OpenFile
  private let input: OpenFile
  private var buffers: [[UInt64]]
  /// Where the blocks of each partition lie, in the order of their coming.
  private var blocks: [[(offset: Int, words: Int)]]
  private var end = 0

  init(disk: Disk, folder: FilePath) throws {
    let path = folder.appending(Disk.temporaryName())
    output = try disk.create(path, mode: 0o600)
    input = try disk.open(path)
    // Nothing stays, whatever ends the process.
    try disk.remove(path)
    buffers = Array(repeating: [], count: Self.partitions)
    blocks = Array(repeating: [], count: Self.partitions)
  }

  mutating func append(_ key: Key, _ row: Int) throws {
    let partition = Int(key.high >> 58)
    buffers[partition].append(key.high)
    buffers[partition].append(key.low)
    buffers[partition].append(UInt64(bitPattern: Int64(row)))
    guard buffers[partition].count >= 3 * Self.entriesInBlock else { return }
    let words = buffers[partition].count
    try buffers[partition].withUnsafeBytes { bytes in try output.write(bytes, at: end) }
    blocks[partition].append((end, words))
    end += words * 8
    buffers[partition].removeAll(keepingCapacity: true)
  }

  func count(of partition: Int) -> Int {
    (blocks[partition].reduce(0) { $0 + $1.words } + buffers[partition].count) / 3
  }

  /// The entries of a partition, in the order of their coming.
  func forEach(in partition: Int, _ body: (Key, Int) -> Void) throws {
    func give(_ words: [UInt64]) {
      for place in stride(from: 0, to: words.count, by: 3) {
        body(Key(high: words[place], low: words[place + 1]), Int(Int64(bitPattern: words[place + 2])))
      }
    }
    for block in blocks[partition] {
      var words = [UInt64](repeating: 0, count: block.words)
      try words.withUnsafeMutableBytes { bytes in _ = try input.read(into: bytes, at: block.offset) }
      give(words)
    }
    give(buffers[partition])
  }
}
