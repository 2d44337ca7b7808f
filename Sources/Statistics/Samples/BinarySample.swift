internal import Glibc

/// Rows of a binary task, the highest score first: every metric, ranks included, comes of one walk over them.
package struct BinarySample: MetricSample {
  /// Rows with a true label and the others, by what was predicted at the threshold.
  package struct Confusion: Equatable, Sendable {
    package var truePositives = 0
    package var falsePositives = 0
    package var trueNegatives = 0
    package var falseNegatives = 0
  }

  package struct Bin: Equatable, Sendable {
    package var meanScore: Double
    package var observedRate: Double
    package var count: Int
  }

  /// What a decision costs, by what it was and what is true.
  package struct CostTable: Hashable, Sendable {
    package var truePositive: Double
    package var falsePositive: Double
    package var falseNegative: Double
    package var trueNegative: Double

    package init(truePositive: Double, falsePositive: Double, falseNegative: Double, trueNegative: Double) {
      self.truePositive = truePositive
      self.falsePositive = falsePositive
      self.falseNegative = falseNegative
      self.trueNegative = trueNegative
    }
  }

  package let order: [Int]
  /// Descending.
  let scores: [Double]
  /// 1 for a positive row.
  let labels: [UInt8]
  /// 1 where the next score is lower, or there is none.
  private let endsTie: [UInt8]
  private let logLosses: [Double]
  private let squares: [Double]
  /// Places before which the walk notes what it has counted; the first is 0, the last the number of rows.
  private let cuts: [Int]
  /// Which of the cuts come before the first row below the threshold, and before each bin.
  private let thresholdCut: Int
  private let widthCuts: [Int]
  private let massCuts: [Int]
  private let costs: CostTable?

  package var rowCount: Int { scores.count }

  /// - Parameters:
  ///   - scores: probabilities of the positive class, one a row.
  ///   - threshold: the score from which on a row counts as positive.
  package init(scores: [Double], labels: [Bool], threshold: Double, costs: CostTable? = nil) throws(StatisticsError) {
    guard scores.count == labels.count, !scores.isEmpty else { throw StatisticsError("there are no rows to evaluate") }
    if let row = scores.firstIndex(where: \.isNaN) {
      throw StatisticsError("the score of row \(row + 1) is not a number")
    }
    let order = Self.descending(scores)
    let sorted = order.map { scores[$0] }
    let truth = order.map { labels[$0] ? UInt8(1) : 0 }
    self.order = order
    self.scores = sorted
    self.labels = truth
    self.costs = costs
    endsTie = sorted.indices.map { $0 + 1 == sorted.count || sorted[$0 + 1] < sorted[$0] ? 1 : 0 }
    // Clipped at the spacing of doubles, as scikit-learn's `log_loss` does.
    logLosses = sorted.indices.map { place in
      let p = min(max(sorted[place], .ulpOfOne), 1 - .ulpOfOne)
      return truth[place] == 1 ? -log(p) : -log(1 - p)
    }
    squares = sorted.indices.map { (sorted[$0] - Double(truth[$0])) * (sorted[$0] - Double(truth[$0])) }
    let thresholdPlace = Self.place(of: sorted) { $0 >= threshold }
    let width = CalibrationBins.widthEdges.reversed().map { edge in Self.place(of: sorted) { $0 > edge } }
    let mass = CalibrationBins.massEdges(descending: sorted).reversed().map { edge in
      Self.place(of: sorted) { $0 > edge }
    }
    let cuts = Set([0, sorted.count, thresholdPlace] + width + mass).sorted()
    let places = Dictionary(uniqueKeysWithValues: cuts.enumerated().map { ($1, $0) })
    self.cuts = cuts
    thresholdCut = places[thresholdPlace] ?? 0
    widthCuts = ([0] + width + [sorted.count]).map { places[$0] ?? 0 }
    massCuts = ([0] + mass + [sorted.count]).map { places[$0] ?? 0 }
  }

  /// Places by score, the highest first; of equal ones the first row first.
  private static func descending(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { scores[$0] > scores[$1] || scores[$0] == scores[$1] && $0 < $1 }
  }

  /// How many of the first scores, which descend, are such.
  private static func place(of scores: [Double], _ isBefore: (Double) -> Bool) -> Int {
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(scores[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  package var names: [String] {
    let all: [Metric] = [
      .auc, .prAUC, .logLoss, .brier, .accuracy, .balancedAccuracy, .precision, .recall, .f1, .mcc, .ece, .eceEqualMass,
      .maxCalibrationError,
    ]
    return (all + (costs == nil ? [] : [.expectedCost])).map(\.rawValue)
  }

  package var reasons: [String: String] {
    let positives = labels.reduce(0) { $0 + Int($1) }
    let oneClass = "all \(rowCount) rows are \(positives > 0 ? "positive" : "negative")"
    return [
      "auc": oneClass, "pr_auc": oneClass, "balanced_accuracy": oneClass,
      "precision": "no row was predicted positive", "recall": "no row is positive",
      "f1": "no row is positive or was predicted so",
    ]
  }

  package var rates: [String: Rate] {
    let counts = confusion
    let (hits, calls) = (counts.truePositives, counts.truePositives + counts.falsePositives)
    return [
      "accuracy": Rate(hits + counts.trueNegatives, of: rowCount), "precision": Rate(hits, of: calls),
      "recall": Rate(hits, of: hits + counts.falseNegatives),
    ].filter { $0.value.count > 0 }
  }

  package func values(_ counts: Span<UInt8>) -> [Double] {
    let walk = walk(counts)
    let total = walk.marks[cuts.count - 1]
    let (positives, negatives) = (total.positives, total.negatives)
    let n = Double(positives + negatives)
    guard n > 0 else { return names.map { _ in .nan } }
    let confusion = confusion(walk.marks)
    let isMixed = positives > 0 && negatives > 0
    let (tp, fp) = (Double(confusion.truePositives), Double(confusion.falsePositives))
    let (fn, tn) = (Double(confusion.falseNegatives), Double(confusion.trueNegatives))
    let width = CalibrationBins.errors(walk.marks, widthCuts)
    var values = [
      isMixed ? Double(walk.doubledArea) / 2 / (Double(positives) * Double(negatives)) : .nan,
      isMixed ? walk.precisionSum / Double(positives) : .nan, walk.logLoss / n, walk.squares / n, (tp + tn) / n,
      (tp / (tp + fn) + tn / (tn + fp)) / 2, tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn),
      Self.correlation(tp, fp, fn, tn), width.mean, CalibrationBins.errors(walk.marks, massCuts).mean, width.largest,
    ]
    if let costs { values.append(costs.mean(confusion)) }
    return values
  }

  /// Matthews's correlation coefficient; 0 where a margin is empty, as in scikit-learn.
  private static func correlation(_ tp: Double, _ fp: Double, _ fn: Double, _ tn: Double) -> Double {
    let margins = ((tp + fp) * (tp + fn)).squareRoot() * ((tn + fp) * (tn + fn)).squareRoot()
    return margins > 0 ? (tp * tn - fp * fn) / margins : 0
  }

  /// Rows by truth and decision at the threshold.
  package var confusion: Confusion {
    let ones = [UInt8](repeating: 1, count: rowCount)
    return confusion(walk(ones.span).marks)
  }

  private func confusion(_ marks: [Mark]) -> Confusion {
    let (called, all) = (marks[thresholdCut], marks[cuts.count - 1])
    return Confusion(
      truePositives: called.positives, falsePositives: called.negatives,
      trueNegatives: all.negatives - called.negatives, falseNegatives: all.positives - called.positives)
  }

  // MARK: The walk

  /// What was counted before a cut.
  struct Mark: Sendable {
    var positives = 0
    var negatives = 0
    var scoreSum = 0.0
  }

  /// What one walk over the rows finds.
  struct Walk {
    var marks: [Mark]
    /// Twice the number of pairs in which the positive row has the higher score, ties counting half.
    var doubledArea: UInt64 = 0
    /// Over the positive rows, the precision down to their score (scikit-learn, `average_precision_score`).
    var precisionSum = 0.0
    var logLoss = 0.0
    var squares = 0.0
  }

  private func walk(_ counts: Span<UInt8>) -> Walk {
    var walk = Walk(marks: [])
    walk.marks.reserveCapacity(cuts.count)
    var state = Mark()
    // The tie that is under way.
    var (tiedPositives, tiedNegatives) = (0, 0)
    walk.marks.append(state)
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      for place in start..<end {
        let count = Int(counts[place])
        let positive = count & (0 &- Int(labels[place]))
        tiedPositives += positive
        tiedNegatives += count - positive
        let weight = Double(count)
        walk.logLoss += weight * logLosses[place]
        walk.squares += weight * squares[place]
        state.scoreSum += weight * scores[place]
        guard endsTie[place] == 1 else { continue }
        walk.doubledArea &+= UInt64(tiedNegatives * (2 * state.positives + tiedPositives))
        state.positives += tiedPositives
        state.negatives += tiedNegatives
        walk.precisionSum +=
          Double(tiedPositives) * Double(state.positives) / Double(max(1, state.positives + state.negatives))
        (tiedPositives, tiedNegatives) = (0, 0)
      }
      walk.marks.append(state)
    }
    return walk
  }
}

extension BinarySample.CostTable {
  /// The mean cost a row.
  package func mean(_ confusion: BinarySample.Confusion) -> Double {
    let rows =
      confusion.truePositives + confusion.falsePositives + confusion.falseNegatives + confusion.trueNegatives
    return
      (truePositive * Double(confusion.truePositives) + falsePositive * Double(confusion.falsePositives)
      + falseNegative * Double(confusion.falseNegatives) + trueNegative * Double(confusion.trueNegatives))
      / Double(rows)
  }
}

extension BinarySample {
  /// The threshold at which decisions cost least on these rows, the highest of several; nil where it is best to call
  /// nothing positive.
  package func cheapestThreshold(_ costs: CostTable) -> (threshold: Double?, cost: Double) {
    let positives = labels.reduce(0) { $0 + Int($1) }
    var found = Confusion(
      trueNegatives: rowCount - positives, falseNegatives: positives)
    var best: (threshold: Double?, cost: Double) = (nil, costs.mean(found))
    for place in 0..<rowCount {
      if labels[place] == 1 {
        found.truePositives += 1
        found.falseNegatives -= 1
      } else {
        found.falsePositives += 1
        found.trueNegatives -= 1
      }
      guard place + 1 == rowCount || scores[place + 1] < scores[place] else { continue }
      let cost = costs.mean(found)
      if cost < best.cost { best = (scores[place], cost) }
    }
    return best
  }

  /// False-positive rate against true-positive rate, at most 101 points from (0, 0) to (1, 1); empty for one class.
  package var roc: [(x: Double, y: Double)] {
    let positives = labels.reduce(0) { $0 + Int($1) }
    let negatives = rowCount - positives
    guard positives > 0, negatives > 0 else { return [] }
    var points: [(x: Double, y: Double)] = [(0, 0)]
    var (tp, fp) = (0, 0)
    for place in 0..<rowCount {
      if labels[place] == 1 { tp += 1 } else { fp += 1 }
      guard place + 1 == rowCount || scores[place + 1] < scores[place] else { continue }
      points.append((Double(fp) / Double(negatives), Double(tp) / Double(positives)))
    }
    guard points.count > 101 else { return points }
    return (0...100).map { points[$0 * (points.count - 1) / 100] }
  }

  /// How rows are parted for calibration.
  package enum Binning: Sendable {
    /// Ten bins of the same width of score.
    case equalWidth
    /// At most ten bins of about as many rows.
    case equalMass
  }

  /// Mean score against observed frequency, the lowest scores first, empty bins left out.
  package func calibration(_ binning: Binning) -> [Bin] {
    let ones = [UInt8](repeating: 1, count: rowCount)
    let marks = walk(ones.span).marks
    let cuts = binning == .equalWidth ? widthCuts : massCuts
    return zip(cuts, cuts.dropFirst()).compactMap { first, last in
      let rows = (marks[last].positives + marks[last].negatives) - (marks[first].positives + marks[first].negatives)
      guard rows > 0 else { return nil }
      return Bin(
        meanScore: (marks[last].scoreSum - marks[first].scoreSum) / Double(rows),
        observedRate: Double(marks[last].positives - marks[first].positives) / Double(rows), count: rows)
    }.reversed()
  }
}

/// Bins of probabilities, ten of them, each with its upper edge (scikit-learn, `calibration_curve`).
enum CalibrationBins {
  static let count = 10
  /// The inner edges of bins of equal width, ascending.
  static let widthEdges = (1..<count).map { Double($0) * 0.1 }

  /// The inner edges of bins of about equal numbers of rows: deciles.
  static func massEdges(descending scores: [Double]) -> [Double] {
    let ascending = Array(scores.reversed())
    return (1..<count).map { Interval.quantile(ascending, Double($0) / Double(count)) }
  }

  /// Mean and largest distance between score and frequency over the bins, weighted by rows (M. Naeini, G. Cooper,
  /// M. Hauskrecht, “Obtaining well calibrated probabilities using Bayesian binning”, 2015).
  static func errors(_ marks: [BinarySample.Mark], _ cuts: [Int]) -> (mean: Double, largest: Double) {
    var (sum, largest, total) = (0.0, 0.0, 0)
    for (first, last) in zip(cuts, cuts.dropFirst()) {
      let positives = marks[last].positives - marks[first].positives
      let rows = positives + marks[last].negatives - marks[first].negatives
      guard rows > 0 else { continue }
      let distance = abs(marks[last].scoreSum - marks[first].scoreSum - Double(positives))
      sum += distance
      guard !distance.isNaN else { return (.nan, .nan) }
      largest = max(largest, distance / Double(rows))
      total += rows
    }
    return (total > 0 ? sum / Double(total) : .nan, largest)
  }
}
