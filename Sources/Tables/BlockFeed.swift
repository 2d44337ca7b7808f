internal import Disk

/// Deals the blocks of files out, in order.
struct BlockFeed {
  /// A block to be read.
  struct Ticket {
    /// Over all files, from 0.
    var number: Int
    var file: Int
    /// Of its file.
    var isFirst: Bool
    var isLast: Bool
    fileprivate var content: Content
  }

  fileprivate enum Content {
    case piece(TableSource.Pieces, Int)
    case bytes([UInt8])
  }

  private let sources: [TableSource]
  private let blockBytes: Int
  private var file = 0
  private var nextPiece = 0
  private var number = 0
  private var stream: (any ByteStream)?
  private var isAtStart = true
  private var isStreamDone = false
  private var pending: [UInt8] = []

  init(_ sources: [TableSource], blockBytes: Int) {
    self.sources = sources
    // Three bytes tell a byte order mark.
    self.blockBytes = blockBytes
  }

  /// The next block; nil after the last. A stream is read here, a piece when the ticket is.
  mutating func next() throws -> Ticket? {
    guard file < sources.count else { return nil }
    if let pieces = sources[file].pieces, pieces.count > 0 {
      let isLast = nextPiece + 1 == pieces.count
      let ticket = Ticket(
        number: number, file: file, isFirst: nextPiece == 0, isLast: isLast, content: .piece(pieces, nextPiece))
      nextPiece += 1
      advance(isLast)
      return ticket
    }
    let isFirst = isAtStart
    if isFirst { stream = try sources[file].open() }
    isAtStart = false
    let wanted = isFirst ? max(3, blockBytes) : blockBytes
    // One byte more tells whether this is the last block.
    while !isStreamDone, pending.count <= wanted {
      if let block = try stream?.next() { pending += block } else { isStreamDone = true }
    }
    let isLast = isStreamDone && pending.count <= wanted
    let block = Array(pending.prefix(wanted))
    pending.removeFirst(block.count)
    let ticket = Ticket(number: number, file: file, isFirst: isFirst, isLast: isLast, content: .bytes(block))
    advance(isLast)
    return ticket
  }

  private mutating func advance(_ isLast: Bool) {
    number += 1
    guard isLast else { return }
    file += 1
    nextPiece = 0
    stream = nil
    isAtStart = true
    isStreamDone = false
    pending = []
  }
}

extension ReadBlock {
  /// Reads the ticket's bytes and finds the values in them.
  func load(_ ticket: BlockFeed.Ticket, separator: UInt8) throws {
    let count: Int
    switch ticket.content {
    case .piece(let pieces, let index): count = try pieces.read(index, room(for: pieces.largestBytes))
    case .bytes(let bytes):
      room(for: bytes.count).copyBytes(from: bytes)
      count = bytes.count
    }
    index(count: count, isFirst: ticket.isFirst, separator: separator)
  }
}
