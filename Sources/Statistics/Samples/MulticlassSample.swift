internal import Glibc

/// Rows of a multi-class task, in the caller's order, with the order by each class's score.
package struct MulticlassSample: MetricSample {
  package let classCount: Int
  /// The true class of each row, 0..<classCount, and the likeliest, of equal ones the first.
  private let labels: [Int]
  private let predicted: [Int]
  /// How many classes are likelier than the true one: 0 for a hit.
  private let ranks: [Int]
  private let logLosses: [Double]
  /// The likeliest class's probability, and its bin of calibration.
  private let confidences: [Double]
  private let bins: [Int]
  /// The k of the top-k accuracies.
  private let tops: [Int]
  /// For each class the rows by its score, the highest first, and where ties end.
  private let rankings: [Ranking]

  private struct Ranking: Sendable {
    var rows: [Int32]
    var endsTie: [UInt8]
  }

  package var rowCount: Int { labels.count }
  package var order: [Int] { Array(labels.indices) }

  /// - Parameters:
  ///   - probabilities: rows x classes, row-major; those of a row add up to 1 within a thousandth.
  ///   - labels: the true class of each row, 0..<classCount.
  ///   - tops: in how many of the likeliest classes the true one may be; those not below the number of classes are left out.
  package init(probabilities: [Double], labels: [Int], classCount: Int, tops: [Int] = []) throws(StatisticsError) {
    guard !labels.isEmpty, probabilities.count == labels.count * classCount else {
      throw StatisticsError("there are no rows to evaluate")
    }
    if let place = probabilities.firstIndex(where: \.isNaN) {
      throw StatisticsError("a score of row \(place / classCount + 1) is not a number")
    }
    self.classCount = classCount
    self.labels = labels
    self.tops = tops.filter { $0 < classCount && $0 > 1 }
    var (predicted, ranks, losses, confidences): ([Int], [Int], [Double], [Double]) = ([], [], [], [])
    for (row, label) in labels.enumerated() {
      let scores = Array(probabilities[(row * classCount)..<((row + 1) * classCount)])
      let total = scores.reduce(0, +)
      guard abs(total - 1) <= 1e-3 else {
        throw StatisticsError("the scores of row \(row + 1) add up to \(total), so that they are no probabilities")
      }
      losses.append(-log(min(max(scores[label] / total, .ulpOfOne), 1 - .ulpOfOne)))
      var best = 0
      for index in scores.indices where scores[index] > scores[best] { best = index }
      predicted.append(best)
      confidences.append(scores[best] / total)
      ranks.append(scores.indices.count { scores[$0] > scores[label] || scores[$0] == scores[label] && $0 < label })
    }
    self.predicted = predicted
    self.ranks = ranks
    logLosses = losses
    self.confidences = confidences
    bins = confidences.map { confidence in CalibrationBins.widthEdges.count { $0 < confidence } }
    rankings = (0..<classCount).map { index in
      Self.ranking(labels.indices.map { probabilities[$0 * classCount + index] })
    }
  }

  private static func ranking(_ scores: [Double]) -> Ranking {
    let order = scores.indices.sorted { scores[$0] > scores[$1] || scores[$0] == scores[$1] && $0 < $1 }
    return Ranking(
      rows: order.map { Int32($0) },
      endsTie: order.indices.map { $0 + 1 == order.count || scores[order[$0 + 1]] < scores[order[$0]] ? 1 : 0 })
  }

  package var names: [String] {
    let all: [Metric] = [
      .logLoss, .accuracy, .balancedAccuracy, .mcc, .macroPrecision, .macroRecall, .macroF1, .macroAUC, .ece,
      .maxCalibrationError,
    ]
    return all.map(\.rawValue) + tops.map { "top_\($0)_accuracy" }
  }

  package var reasons: [String: String] {
    let present = Set(labels)
    let absent = (0..<classCount).first { !present.contains($0) || present.count == 1 }
    return ["macro_auc": "class \((absent ?? 0) + 1) of \(classCount) does not occur, or nothing else does"]
  }

  package var rates: [String: Rate] {
    let hits = zip(labels, predicted).count { $0 == $1 }
    var rates = ["accuracy": Rate(hits, of: rowCount)]
    for top in tops { rates["top_\(top)_accuracy"] = Rate(ranks.count { $0 < top }, of: rowCount) }
    return rates
  }

  package func values(_ counts: Span<UInt8>) -> [Double] {
    let table = confusion(counts)
    let n = Double(table.reduce(0) { $0 + $1.reduce(0, +) })
    guard n > 0 else { return names.map { _ in .nan } }
    let hits = Double((0..<classCount).reduce(0) { $0 + table[$1][$1] })
    let averages = Self.averages(table)
    let calibration = calibration(counts)
    var loss = 0.0
    for row in 0..<rowCount { loss += Double(counts[row]) * logLosses[row] }
    return [
      loss / n, hits / n, averages.balanced, Self.correlation(table), averages.precision, averages.recall, averages.f1,
      macroAUC(counts), calibration.mean, calibration.largest,
    ]
      + tops.map { top in
        var found = 0
        for row in 0..<rowCount where ranks[row] < top { found += Int(counts[row]) }
        return Double(found) / n
      }
  }

  /// Rows: the true class; columns: the predicted one.
  package var confusion: [[Int]] {
    let ones = [UInt8](repeating: 1, count: rowCount)
    return confusion(ones.span)
  }

  private func confusion(_ counts: Span<UInt8>) -> [[Int]] {
    var cells = [Int](repeating: 0, count: classCount * classCount)
    for row in 0..<rowCount { cells[labels[row] * classCount + predicted[row]] += Int(counts[row]) }
    return (0..<classCount).map { Array(cells[($0 * classCount)..<(($0 + 1) * classCount)]) }
  }

  /// Macro averages over the classes that occur or were predicted; an undefined part counts as 0, as in scikit-learn.
  /// Balanced accuracy is the mean recall of the classes that occur.
  private static func averages(_ table: [[Int]]) -> (precision: Double, recall: Double, f1: Double, balanced: Double) {
    var (precision, recall, f1, used, occurring) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for index in table.indices {
      let tp = Double(table[index][index])
      let actual = Double(table[index].reduce(0, +))
      let predicted = Double(table.reduce(0) { $0 + $1[index] })
      guard actual + predicted > 0 else { continue }
      used += 1
      occurring += actual > 0 ? 1 : 0
      precision += predicted > 0 ? tp / predicted : 0
      recall += actual > 0 ? tp / actual : 0
      f1 += 2 * tp / (actual + predicted)
    }
    return (precision / used, recall / used, f1 / used, recall / occurring)
  }

  /// Matthews's coefficient for several classes (J. Gorodkin, “Comparing two K-category assignments by a K-category
  /// correlation coefficient”, 2004); 0 where all rows are of one class or were predicted so, as in scikit-learn.
  private static func correlation(_ table: [[Int]]) -> Double {
    let actual = table.map { Double($0.reduce(0, +)) }
    let predicted = table.indices.map { index in Double(table.reduce(0) { $0 + $1[index] }) }
    let (n, hits) = (actual.reduce(0, +), Double(table.indices.reduce(0) { $0 + table[$1][$1] }))
    func spread(_ counts: [Double]) -> Double { n * n - counts.reduce(0) { $0 + $1 * $1 } }
    let scale = spread(actual).squareRoot() * spread(predicted).squareRoot()
    return scale > 0 ? (hits * n - zip(actual, predicted).reduce(0) { $0 + $1.0 * $1.1 }) / scale : 0
  }

  /// Of the likeliest class, in bins of equal width.
  private func calibration(_ counts: Span<UInt8>) -> (mean: Double, largest: Double) {
    var marks = [BinarySample.Mark](repeating: .init(), count: CalibrationBins.count + 1)
    for row in 0..<rowCount {
      let (count, isHit) = (Int(counts[row]), predicted[row] == labels[row])
      marks[bins[row] + 1].positives += isHit ? count : 0
      marks[bins[row] + 1].negatives += isHit ? 0 : count
      marks[bins[row] + 1].scoreSum += Double(count) * confidences[row]
    }
    for index in marks.indices.dropFirst() {
      marks[index].positives += marks[index - 1].positives
      marks[index].negatives += marks[index - 1].negatives
      marks[index].scoreSum += marks[index - 1].scoreSum
    }
    return CalibrationBins.errors(marks, Array(marks.indices))
  }

  /// The mean of each class's AUC against all others (scikit-learn, `roc_auc_score(multi_class="ovr")`).
  private func macroAUC(_ counts: Span<UInt8>) -> Double {
    (0..<classCount).reduce(0) { $0 + auc(of: $1, counts) } / Double(classCount)
  }

  private func auc(of index: Int, _ counts: Span<UInt8>) -> Double {
    let ranking = rankings[index]
    var (positives, negatives, tiedPositives, tiedNegatives, doubledArea) = (0, 0, 0, 0, 0)
    for place in 0..<rowCount {
      let row = Int(ranking.rows[place])
      if labels[row] == index { tiedPositives += Int(counts[row]) } else { tiedNegatives += Int(counts[row]) }
      guard ranking.endsTie[place] == 1 else { continue }
      doubledArea += tiedNegatives * (2 * positives + tiedPositives)
      positives += tiedPositives
      negatives += tiedNegatives
      (tiedPositives, tiedNegatives) = (0, 0)
    }
    return positives > 0 && negatives > 0
      ? Double(doubledArea) / 2 / (Double(positives) * Double(negatives)) : .nan
  }

  /// The AUC of one class against all others; NaN where it does not occur, or nothing else does.
  package func auc(of index: Int) -> Double {
    let ones = [UInt8](repeating: 1, count: rowCount)
    return auc(of: index, ones.span)
  }
}
