internal import Dispatch
internal import Learning
internal import Synchronization
internal import Tables

/// A model that comes with a scoring command: rows go to it as CSV, scores come back.
///
/// The command decides the speed. At most a slice of rows, two pipes and one answer are under way, whatever the data.
final class CommandScorer {
  let schema: ModelSchema
  private let contract: CommandContract
  private let command: ScoringCommand
  /// Of one that is asked in batches.
  private var session: (process: PipedProcess, input: ProcessInput)?
  private var scoredCount = 0

  private static let sliceRows = 16_384
  private static let lookSeconds = 0.5

  /// - Parameter schema: of the package, or of a package that is just being made.
  init(_ contract: CommandContract, _ schema: ModelSchema, _ command: ScoringCommand) {
    self.contract = contract
    self.schema = schema
    self.command = command
  }

  /// A table scored in parts gives the same scores as the whole, as far as the command scores each row by itself.
  func predict(_ table: Table) throws -> Predictor.Predictions {
    guard table.rowCount > 0 else {
      return Predictor.Predictions(
        foreign: [], outputCount: schema.task.outputCount, unseen: [:], ignored: [])
    }
    let rows = try ScoringRows(schema, table)
    let scores = try answer(to: rows)
    scoredCount += table.rowCount
    let read = Set(schema.features.map(\.name))
    var predictions = Predictor.Predictions(
      foreign: scores, outputCount: schema.task.outputCount, unseen: rows.unseenCounts,
      ignored: table.columns.map(\.name).filter { !read.contains($0) })
    predictions.rearrange(for: schema.task)
    return predictions
  }

  /// Row-major, rows x outputs.
  private func answer(to rows: ScoringRows) throws -> [Double] {
    let logBytes = try command.logBytes()
    let answer = ScoreAnswer(schema.task, rowCount: rows.count)
    do {
      let (process, input) = try session ?? start()
      let feeder = try Feeder(rows, input, endsInput: contract.asking == .once)
      let bytes = try read(process, input, limit: answer.limitBytes)
      guard contract.asking == .batches else {
        session = nil
        let ending = try ending(of: process)
        guard ending == .exited(0) else { throw ScoreAnswer.Fault("it ended with \(Self.text(ending))") }
        // Nobody reads any more.
        _ = try feeder.isDone(within: contract.timeoutSeconds)
        return try answer.scores(bytes)
      }
      guard try feeder.isDone(within: contract.timeoutSeconds) else {
        throw ScoreAnswer.Fault("it answered before it had read all rows, and then read no more")
      }
      session = (process, input)
      return try answer.scores(bytes)
    } catch let fault as ScoreAnswer.Fault {
      session = nil
      throw try failure(fault.reason, since: logBytes)
    }
  }

  private func failure(_ reason: String, since logBytes: Int) throws -> PipelineError {
    let complaint = try command.complaint(since: logBytes)
    return .stepFailed(
      "the model's scoring command (\(command.text)) failed after \(scoredCount) rows: \(reason)"
        + (complaint.isEmpty ? "" : "; its last words: \(complaint)"))
  }

  private func start() throws -> (PipedProcess, ProcessInput) {
    let input = try ProcessInput()
    return (try command.start(input), input)
  }

  /// How it ended. Throws for one that closed its output and stays.
  private func ending(of process: PipedProcess) throws -> ChildProcess.Outcome.Ending {
    guard let ending = process.ending(within: contract.timeoutSeconds) else {
      throw ScoreAnswer.Fault(
        "it closed its output and had not ended \(contract.timeoutSeconds) s later (`timeout-seconds` of \(CommandContract.fileName))"
      )
    }
    return ending
  }

  private static func text(_ ending: ChildProcess.Outcome.Ending) -> String {
    switch ending {
    case .exited(let status): "exit status \(status)"
    case .signalled(let signal): "signal \(signal)"
    default: "\(ending)"
    }
  }

  // MARK: Its answer

  /// All that it writes to its end, or to the empty line that ends an answer.
  private func read(_ process: PipedProcess, _ input: ProcessInput, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let block = try next(process, input) {
      bytes += block
      guard bytes.count <= limit else { throw ScoreAnswer.Fault("it wrote more than \(limit) bytes for its scores") }
      // The command waits for more rows now: nothing can follow the empty line.
      if contract.asking == .batches, bytes.suffix(2) == [10, 10] { return Array(bytes.dropLast()) }
      if contract.asking == .batches, bytes.suffix(4) == [13, 10, 13, 10] { return Array(bytes.dropLast(2)) }
    }
    guard contract.asking == .once else {
      throw ScoreAnswer.Fault(
        "it ended with \(Self.text(try ending(of: process))) before the empty line after its scores")
    }
    return bytes
  }

  /// The next block; nil at the end. Throws when neither rows nor scores have moved for the contract's time.
  private func next(_ process: PipedProcess, _ input: ProcessInput) throws -> [UInt8]? {
    var (taken, since) = (input.writtenBytes, ContinuousClock.now)
    while !process.isReady(within: Self.lookSeconds) {
      if input.writtenBytes != taken { (taken, since) = (input.writtenBytes, ContinuousClock.now) }
      guard ContinuousClock.now - since < .seconds(contract.timeoutSeconds) else {
        throw ScoreAnswer.Fault(
          "it neither read nor wrote for \(contract.timeoutSeconds) s (`timeout-seconds` of \(CommandContract.fileName))"
            + (contract.asking == .batches ? ": it must flush an empty line after each batch" : ""))
      }
    }
    return try process.next()
  }

  /// Writes rows in a thread of its own.
  private final class Feeder: Sendable {
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    init(_ rows: ScoringRows, _ input: ProcessInput, endsInput: Bool) throws {
      try SystemThread.start { [self] in
        let result = Result { try Self.feed(rows, input, endsInput) }
        outcome.withLock { $0 = result }
        done.signal()
      }
    }

    /// Waits until all is written, or nobody reads any more; false when neither comes within `seconds`.
    func isDone(within seconds: Double) throws -> Bool {
      guard done.wait(timeout: .now() + seconds) == .success else { return false }
      try outcome.withLock { $0 }?.get()
      return true
    }

    private static func feed(_ rows: ScoringRows, _ input: ProcessInput, _ endsInput: Bool) throws {
      defer { if endsInput { input.finish() } }
      guard try input.write(rows.header) else { return }
      var start = 0
      while start < rows.count {
        let end = min(start + CommandScorer.sliceRows, rows.count)
        guard try input.write(rows.text(start..<end)) else { return }
        start = end
      }
      if !endsInput { _ = try input.write([10]) }
    }
  }
}

/// Rows as a scoring command reads them.
struct ScoringRows: Sendable {
  private let table: Table
  /// Values of categorical columns that training never saw, by column: the command gets them as they are.
  private(set) var unseenCounts: [String: Int] = [:]

  var count: Int { table.rowCount }

  /// The features' columns, in the contract's order.
  init(_ schema: ModelSchema, _ table: Table) throws(LearningError) {
    var columns: [Column] = []
    for feature in schema.features {
      guard let column = table[feature.name] else { throw .missingFeatures([feature.name]) }
      columns.append(feature.kind == .boolean ? Self.boolean(column) : column)
      guard case .categorical(let categories) = feature.kind else { continue }
      let known = Set(categories)
      let unseen: Int
      if case .strings(let texts) = column.storage {
        let isKnown = texts.values.map { known.contains($0) }
        unseen = texts.codes.count { $0 >= 0 && !isKnown[Int($0)] }
      } else {
        unseen = column.texts.count { text in text.map { !known.contains($0) } ?? false }
      }
      if unseen > 0 { unseenCounts[feature.name] = unseen }
    }
    self.table = Table(columns: columns, rowCount: table.rowCount)
  }

  /// 0 and 1 as the words that they stand for.
  private static func boolean(_ column: Column) -> Column {
    guard column.type != .string, let numbers = column.doubles else { return column }
    return Column(name: column.name, storage: .booleans(numbers.map { $0.isNaN ? -1 : $0 == 0 ? 0 : 1 }))
  }

  var header: [UInt8] { CSVWriter.header(table.columns.map(\.name)) }

  /// Lines of CSV: missing values are empty, one that is alone in its row two quotes; true and false are words.
  func text(_ rows: Range<Int>) -> [UInt8] { CSVWriter.rows(table.gather(Array(rows)), for: Self.options) }

  /// No word stands for a missing value, so that none needs quotes to be told from one.
  static let options = ReadOptions(missingWords: [])
}
