internal import CTables
internal import Disk

/// One reading of files by several threads: blocks are read and indexed in any order, put in order, and parsed in any
/// order straight to where their rows belong, so that the result does not depend on threads or blocks.
///
/// Sendable: what changes after `init` is changed under the lock of `monitor`, or, what the order of blocks needs, by
/// the thread whose block's turn it is.
final class ReadPass: @unchecked Sendable {
  /// A column of the table.
  struct Column: Sendable {
    var name: String
    /// Nil until it is guessed.
    var type: ColumnType?
    /// The type was given: what does not fit it is an error, or missing.
    var isFixed: Bool
  }

  /// What is kept of the values.
  enum Keeping: Equatable, Sendable {
    case facts
    case table
    /// Pieces of so many rows.
    case batches(Int)
  }

  /// A file with the places of the table's columns in it, nil where it lacks one.
  struct File: Sendable {
    var source: TableSource
    var width: Int
    var places: [Int?]
  }

  /// What is known at the end.
  struct Findings: Sendable {
    var facts: [TypeFacts]
    /// Missing values, and quoted empty ones, which are missing but in a text column.
    var missing: [Int]
    var blanks: [Int]
    var misfits: [Int]
    /// Columns whose guessed type did not fit all values.
    var overtaken: [Bool]
    var rowCount = 0
    var raggedCount = 0
  }

  private static let ahead = 2
  let monitor = Monitor()
  let files: [File]
  let keeping: Keeping
  private let rules: ReadRules
  private let options: ReadOptions
  private let stopsWhenOvertaken: Bool
  private var feed: BlockFeed
  private var isFeeding = false
  private var isFed = false
  private var turn = 0
  private var underWay = 0
  private var fault: (block: Int, error: any Error)?
  private var isStopped = false
  private(set) var columns: [Column]
  private(set) var findings: Findings
  // In the order of blocks:
  private var rest = BlockRest()
  private var skipsHeader = true
  private var isGuessed = false
  private var nextRow = 0
  // Segments that are not handed over.
  private(set) var segments: [Segment] = []
  private(set) var handedRows = 0

  init(_ files: [File], _ columns: [Column], _ keeping: Keeping, options: ReadOptions, stopsWhenOvertaken: Bool = false)
  {
    self.files = files
    self.columns = columns
    self.keeping = keeping
    self.options = options
    self.stopsWhenOvertaken = stopsWhenOvertaken
    rules = ReadRules(options)
    feed = BlockFeed(files.map(\.source), blockBytes: options.blockBytes)
    let zeros = [Int](repeating: 0, count: columns.count)
    findings = Findings(
      facts: columns.map { _ in TypeFacts() }, missing: zeros, blanks: zeros, misfits: zeros,
      overtaken: columns.map { _ in false })
  }

  /// Reads all. `deliver` gets the segments in order, in the calling thread; of a table, they stay in `segments`.
  /// Throws ``IrregularFile`` for what the quick reader leaves to a slower one.
  func run(_ deliver: (Segment) throws -> Void = { _ in }) throws {
    var threads = HelperThreads()
    for _ in 1..<max(1, options.threads) {
      threads.start {
        let worker = ReadWorker()
        while self.advance(worker, mayDeliver: false) == .worked {}
      }
    }
    let result = Result { try work(deliver) }
    let wasStopped = stop()
    // What the helpers left is looked at when they have ended.
    threads.join()
    try result.get()
    if let fault { throw fault.error }
    guard case .batches = keeping, !wasStopped else { return }
    for segment in segments where segment.rowCount > 0 { try deliver(segment) }
  }

  private func work(_ deliver: (Segment) throws -> Void) throws {
    let worker = ReadWorker()
    while true {
      if case .batches(let rowCount) = keeping, let segment = takeFinished(rowCount) {
        try deliver(segment)
        continue
      }
      if advance(worker, mayDeliver: true) == .ended { return }
    }
  }

  private enum Progress { case worked, ended, deliverable }

  /// Works on one block, waiting where that is too far ahead. Ends when all are done, or the pass is stopped.
  private func advance(_ worker: ReadWorker, mayDeliver: Bool) -> Progress {
    var ticket: BlockFeed.Ticket?
    let progress: Progress = monitor.withLock {
      while true {
        if isStopped { return .ended }
        if mayDeliver, hasFinished { return .deliverable }
        if isFed, underWay == 0 || !mayDeliver { return .ended }
        if !isFed, !isFeeding, !isTooFarAhead { break }
        monitor.wait()
      }
      isFeeding = true
      return .worked
    }
    guard progress == .worked else { return progress }
    do { ticket = try feed.next() } catch { fail(error, at: .max) }
    monitor.withLock {
      isFeeding = false
      if ticket == nil { isFed = true } else { underWay += 1 }
      monitor.notify()
    }
    guard let ticket else { return .worked }
    do { try work(on: ticket, worker) } catch { fail(error, at: ticket.number) }
    monitor.withLock {
      underWay -= 1
      monitor.notify()
    }
    return .worked
  }

  private var isTooFarAhead: Bool {
    guard case .batches(let rowCount) = keeping else { return false }
    return nextRow - handedRows > Self.ahead * rowCount
  }

  private var hasFinished: Bool {
    guard case .batches(let rowCount) = keeping, let first = segments.first else { return false }
    return first.rowCount == rowCount
  }

  private func takeFinished(_ rowCount: Int) -> Segment? {
    monitor.withLock {
      guard !isStopped, hasFinished else { return nil }
      handedRows += rowCount
      monitor.notify()
      return segments.removeFirst()
    }
  }

  private func fail(_ error: any Error, at block: Int) {
    monitor.withLock {
      if block < fault?.block ?? .max || fault == nil { fault = (block, error) }
      isStopped = true
      monitor.notify()
    }
  }

  /// Gives whether it was stopped before.
  private func stop() -> Bool {
    monitor.withLock {
      defer { isStopped = true }
      monitor.notify()
      return isStopped
    }
  }

  // MARK: One block

  private func work(on ticket: BlockFeed.Ticket, _ worker: ReadWorker) throws {
    let file = files[ticket.file]
    try worker.block.load(ticket, separator: file.source.separator)
    let isMine = monitor.withLock {
      while turn != ticket.number, !isStopped { monitor.wait() }
      return !isStopped
    }
    guard isMine else { return }
    var known: [Column] = []
    var overtaken: [Bool] = []
    let firstRow = nextRow
    var targets: [Segment] = []
    try order(worker.block, ticket, file)
    monitor.withLock {
      nextRow += worker.block.rowCount
      findings.rowCount = nextRow
      findings.raggedCount += worker.block.raggedCount
      makeSegments(firstRow, worker.block, file)
      targets = segments.filter { $0.firstRow < nextRow && firstRow < $0.firstRow + $0.capacity }
      (known, overtaken) = (columns, findings.overtaken)
      turn += 1
      monitor.notify()
    }
    guard worker.block.rowCount > 0 else { return }
    let parser = BlockParser(
      block: worker.block, file: file, columns: known, overtaken: overtaken, firstRow: firstRow, rules: rules)
    var outcomes: [tables_outcome] = []
    switch keeping {
    case .facts: outcomes = parser.check(worker)
    case .table: outcomes = parser.fill(targets, worker.dictionaries(known))
    case .batches: outcomes = parser.fill(targets, [])
    }
    try join(outcomes)
  }

  /// What must be done block after block: the records at their borders, and their numbers.
  private func order(_ block: ReadBlock, _ ticket: BlockFeed.Ticket, _ file: File) throws {
    if ticket.isFirst { (rest, skipsHeader) = (BlockRest(), true) }
    try block.prepend(rest)
    if ticket.isLast { try block.close() }
    do {
      rest = try block.findRecords(width: file.width, skipsHeader: &skipsHeader, isLenient: options.onError == .null)
    } catch is SparseBlock {
      throw TablesError.unreadableFile(
        file.source.name,
        reason: "most of its rows have far fewer values than the \(file.width) of the header: is that one record's?")
    }
    guard !isGuessed, block.rowCount > 0, keeping != .facts else { return }
    isGuessed = true
    let facts = BlockParser(
      block: block, file: file, columns: columns, overtaken: [], firstRow: 0, rules: rules
    ).facts()
    monitor.withLock {
      for index in columns.indices where columns[index].type == nil {
        columns[index].type = facts[index].type ?? .float
        findings.facts[index].formUnion(facts[index])
      }
    }
  }

  /// Makes the segments that the rows from `firstRow` to `nextRow` need.
  private func makeSegments(_ firstRow: Int, _ block: ReadBlock, _ file: File) {
    guard keeping != .facts, block.rowCount > 0 else { return }
    while (segments.last.map { $0.firstRow + $0.capacity } ?? handedRows) < nextRow {
      let start = segments.last.map { $0.firstRow + $0.capacity } ?? handedRows
      let capacity: Int
      if case .batches(let rowCount) = keeping { capacity = rowCount } else { capacity = room(nextRow - start, block) }
      let memory = columns.map { ColumnMemory($0.type ?? .float, capacity: capacity) }
      segments.append(Segment(firstRow: start, capacity: capacity, columns: memory))
    }
  }

  /// How many rows a table's next segment has room for: all, if the files' lengths are known and the block is like
  /// the rest.
  private func room(_ needed: Int, _ block: ReadBlock) -> Int {
    let lengths = files.compactMap { $0.source.pieces?.totalBytes }
    guard lengths.count == files.count else {
      return max(needed, segments.isEmpty ? 1 << 12 : segments[segments.count - 1].capacity * 2)
    }
    let blockBytes = max(1, block.end - block.begin)
    let estimate = Double(lengths.reduce(0, +)) / Double(blockBytes) * Double(block.rowCount) * 1.1
    return max(needed, Int(min(estimate, 1e12)) + 64)
  }

  private func join(_ outcomes: [tables_outcome]) throws {
    try monitor.withLock {
      for (index, outcome) in outcomes.enumerated() {
        findings.facts[index].formUnion(TypeFacts(bits: outcome.facts))
        findings.missing[index] += outcome.missing
        findings.blanks[index] += outcome.blanks
        guard outcome.misfits > 0 else { continue }
        if columns[index].isFixed {
          findings.misfits[index] += outcome.misfits
          if options.onError != .null { throw IrregularFile() }
        } else if !findings.overtaken[index] {
          findings.overtaken[index] = true
          if stopsWhenOvertaken { isStopped = true }
        }
      }
      monitor.notify()
    }
  }
}
