internal import Learning
internal import Records
internal import Statistics

/// Counts where two models disagree, batch after batch, in bounded memory.
struct DisagreementTally: Codable {
  private(set) var rowCount = 0
  private var agreeingCount = 0
  private var sum = 0.0
  private var absoluteSum = 0.0
  /// Every `stride`-th row's scores of both: as many as fit, evenly spread over the rows.
  private var sampled: [Pair] = []
  private var stride = 1
  private var largest: [DisagreementDocument.Row] = []
  /// By column, then by value; a missing value has no text.
  private var slices: [[SliceKey: SliceCount]]
  private let sliceColumns: [String]

  private struct Pair: Codable {
    var score: Double
    var shadow: Double
  }

  private struct SliceKey: Codable, Hashable {
    var value: String?
  }

  private struct SliceCount: Codable {
    var rowCount = 0
    var agreeingCount = 0
    var sum = 0.0
  }

  private static let limitSampled = 200_000
  private static let limitLargest = 20
  /// Values of a slice column beyond these are not counted by themselves.
  private static let limitValues = 1000
  private static let listedValues = 200
  private static let minimumSliceRows = 30
  private static let probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

  init(slices columns: [String]) {
    sliceColumns = columns
    slices = columns.map { _ in [:] }
  }

  /// What is known of the rows of a batch beside their scores.
  struct Rows {
    /// Texts of each key column and of each slice column.
    var keys: [[String?]]
    var slices: [[String?]]
  }

  mutating func add(_ model: ScoreColumns.Answers, _ shadow: ScoreColumns.Answers, _ rows: Rows) {
    for row in model.scores.indices {
      let difference = shadow.scores[row] - model.scores[row]
      let agrees = !model.classes.isEmpty && model.classes[row] == shadow.classes[row]
      agreeingCount += agrees ? 1 : 0
      sum += difference
      absoluteSum += abs(difference)
      if rowCount % stride == 0 { sample(Pair(score: model.scores[row], shadow: shadow.scores[row])) }
      rowCount += 1
      if largest.count < Self.limitLargest || abs(difference) > Self.distance(largest[largest.count - 1]) {
        insert(
          DisagreementDocument.Row(
            row: rowCount, keys: rows.keys.map { $0[row] }, score: model.scores[row], shadowScore: shadow.scores[row]))
      }
      for index in slices.indices { count(rows.slices[index][row], index, agrees, difference) }
    }
  }

  private mutating func sample(_ pair: Pair) {
    sampled.append(pair)
    guard sampled.count == Self.limitSampled else { return }
    sampled = sampled.indices.filter { $0 % 2 == 0 }.map { sampled[$0] }
    stride *= 2
  }

  private static func distance(_ row: DisagreementDocument.Row) -> Double { abs(row.shadowScore - row.score) }

  /// Of equal distances the first row stays before.
  private mutating func insert(_ row: DisagreementDocument.Row) {
    let place = largest.firstIndex { Self.distance($0) < Self.distance(row) } ?? largest.count
    largest.insert(row, at: place)
    if largest.count > Self.limitLargest { largest.removeLast() }
  }

  private mutating func count(_ value: String?, _ index: Int, _ agrees: Bool, _ difference: Double) {
    let key = SliceKey(value: value)
    guard slices[index][key] != nil || slices[index].count < Self.limitValues else { return }
    slices[index][key, default: SliceCount()].rowCount += 1
    slices[index][key, default: SliceCount()].agreeingCount += agrees ? 1 : 0
    slices[index][key, default: SliceCount()].sum += difference
  }

  /// Writes what was counted into the document.
  ///
  /// - Parameter hasAnswers: the task has classes that models agree on or not.
  func fill(_ document: inout DisagreementDocument, hasAnswers: Bool) {
    let count = Double(max(1, rowCount))
    document.rowCount = rowCount
    document.agreeingCount = hasAnswers ? agreeingCount : nil
    document.meanDifference = sum / count
    document.meanAbsoluteDifference = absoluteSum / count
    document.sampledCount = sampled.count
    let differences = sampled.map { $0.shadow - $0.score }.sorted()
    if !differences.isEmpty {
      document.quantiles = Self.probabilities.map {
        DisagreementDocument.Quantile(probability: $0, difference: Interval.quantile(differences, $0))
      }
    }
    document.rankCorrelation = RankedSample.spearman(
      RankedSample(sampled.map(\.score)), RankedSample(sampled.map(\.shadow)))
    document.largest = largest
    document.slices = zip(sliceColumns, slices).flatMap { column, counts in
      counts.filter { $0.value.rowCount >= Self.minimumSliceRows }
        .sorted { (-$0.value.rowCount, $0.key.value ?? "") < (-$1.value.rowCount, $1.key.value ?? "") }
        .prefix(Self.listedValues).map { key, counted in
          DisagreementDocument.Slice(
            column: column, value: key.value, rowCount: counted.rowCount,
            agreeingCount: hasAnswers ? counted.agreeingCount : nil,
            meanDifference: counted.sum / Double(counted.rowCount))
        }
    }
  }
}
