internal import Statistics
internal import Tables

/// The distance of a column from the same one of the reference.
struct DriftCheck: RuleCheck {
  private let column: String
  private let distance: ContractRule.Distance
  private let limit: Double
  private let reference: DriftSample
  private var current: DriftSample

  init(column: String, _ distance: ContractRule.Distance, limit: Double, reference: DriftSample) {
    self.column = column
    self.distance = distance
    self.limit = limit
    self.reference = reference
    current = DriftSample(isText: reference.isText)
  }

  mutating func take(_ batch: RuleBatch) throws {
    let view = try batch.view(column)
    guard (view.type == .string) == reference.isText else {
      throw RuleFault("“\(column)” is \(view.type.article), in the reference it is not")
    }
    try current.take(view)
  }

  mutating func finding() throws -> RuleFinding {
    guard let value = distance == .ks ? ks() : psi() else {
      return .couldNotRun("“\(column)” has no value here or in the reference")
    }
    let sampled = reference.isSampled || current.isSampled ? ", on a sample of its values" : ""
    return RuleFinding(
      value <= limit,
      "its \(distance == .ks ? "Kolmogorov-Smirnov distance" : "population stability index") from the reference is \(Wording.number(value))\(sampled)",
      observed: value)
  }

  private func ks() -> Double? {
    Divergence.kolmogorovSmirnov(reference: reference.values, current: current.values)?.statistic
  }

  /// Missing values are a bin of their own.
  private func psi() -> Double? {
    guard reference.count > 0, current.count > 0 else { return nil }
    let (old, new): ([Int], [Int])
    if reference.isText {
      let kept = reference.counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.prefix(20)
      let known = kept.map { current.counts[$0.key] ?? 0 }
      old = kept.map(\.value) + [reference.valueCount - kept.reduce(0) { $0 + $1.value }]
      new = known + [current.valueCount - known.reduce(0, +)]
    } else {
      let binning = Binning(quantilesOf: reference.values, bins: 10)
      (old, new) = (
        scaled(binning.counts(reference.values), reference), scaled(binning.counts(current.values), current)
      )
    }
    return Divergence.psi(reference: old + [reference.missingCount], current: new + [current.missingCount])
  }

  /// Counts of a sample as counts of all values.
  private func scaled(_ counts: [Int], _ sample: DriftSample) -> [Int] {
    guard sample.isSampled, !sample.values.isEmpty else { return counts }
    let factor = Double(sample.valueCount) / Double(sample.values.count)
    return counts.map { Int((Double($0) * factor).rounded()) }
  }
}

/// The values of a column in bounded memory: all of them, or from half a million on a sample that is the same each time.
struct DriftSample: Sendable {
  let isText: Bool
  private(set) var values: [Double] = []
  private(set) var counts: [String: Int] = [:]
  private(set) var missingCount = 0
  private(set) var valueCount = 0
  private var draws: [UInt64] = []
  private var threshold = UInt64.max
  private static let limitValues = 500_000
  private static let limitTexts = 100_000

  init(isText: Bool) { self.isText = isText }

  var count: Int { valueCount + missingCount }
  var isSampled: Bool { threshold != .max }

  mutating func take(_ view: ColumnView) throws {
    if let texts = view.texts { return try take(texts) }
    for value in view.numbers {
      if value.isNaN {
        missingCount += 1
        continue
      }
      valueCount += 1
      var key = Key.seed
      key.combine(UInt64(valueCount))
      guard key.high <= threshold else { continue }
      values.append(value)
      draws.append(key.high)
      if values.count > Self.limitValues { thin() }
    }
  }

  private mutating func take(_ texts: Column.DictionaryColumn) throws {
    var own = [Int](repeating: 0, count: texts.values.count)
    for code in texts.codes {
      if code < 0 { missingCount += 1 } else { own[Int(code)] += 1 }
    }
    for (value, count) in zip(texts.values, own) where count > 0 {
      counts[value, default: 0] += count
      valueCount += count
    }
    guard counts.count <= Self.limitTexts else {
      throw RuleFault("it has more than \(Wording.grouped(Self.limitTexts)) different texts, which are not compared")
    }
  }

  /// Keeps the half with the smaller draws.
  private mutating func thin() {
    threshold /= 2
    let kept = draws.indices.filter { draws[$0] <= threshold }
    values = kept.map { values[$0] }
    draws = kept.map { draws[$0] }
  }
}
