internal import Glibc

/// How well probabilities of several classes fit.
package struct MulticlassMetrics: Sendable {
  package private(set) var metrics = MetricSet()
  /// Rows: the true class; columns: the predicted one.
  package private(set) var confusion: [[Int]]

  /// - Parameters:
  ///   - probabilities: rows x classes, row-major.
  ///   - labels: the true class of each row, 0..<classCount.
  package init(probabilities: [Double], labels: [Int], classCount: Int) throws(StatisticsError) {
    guard !labels.isEmpty, probabilities.count == labels.count * classCount else {
      throw StatisticsError("there are no rows to evaluate")
    }
    confusion = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    var logLoss = 0.0
    for (row, label) in labels.enumerated() {
      let scores = probabilities[(row * classCount)..<((row + 1) * classCount)]
      guard !scores.contains(where: \.isNaN) else { throw StatisticsError("a score of row \(row + 1) is not a number") }
      let total = scores.reduce(0, +)
      logLoss -= log(min(max(scores[row * classCount + label] / total, .ulpOfOne), 1 - .ulpOfOne))
      let best =
        scores.indices.max { scores[$0] < scores[$1] || scores[$0] == scores[$1] && $0 > $1 } ?? scores.startIndex
      confusion[label][best - row * classCount] += 1
    }
    metrics[.logLoss] = logLoss / Double(labels.count)
    metrics[.accuracy] = Double((0..<classCount).reduce(0) { $0 + confusion[$1][$1] }) / Double(labels.count)
    averageOverClasses(classCount)
    try rankClasses(probabilities, labels, classCount)
  }

  /// Macro averages over the classes that occur or were predicted; an undefined part counts as 0, as scikit-learn does.
  private mutating func averageOverClasses(_ classCount: Int) {
    var (precision, recall, f1, used) = (0.0, 0.0, 0.0, 0.0)
    for index in 0..<classCount {
      let tp = Double(confusion[index][index])
      let actual = Double(confusion[index].reduce(0, +))
      let predicted = Double(confusion.reduce(0) { $0 + $1[index] })
      guard actual + predicted > 0 else { continue }
      used += 1
      precision += predicted > 0 ? tp / predicted : 0
      recall += actual > 0 ? tp / actual : 0
      f1 += 2 * tp / (actual + predicted)
    }
    metrics[.macroPrecision] = precision / used
    metrics[.macroRecall] = recall / used
    metrics[.macroF1] = f1 / used
  }

  /// The mean of each class's AUC against all others (scikit-learn, `roc_auc_score(multi_class="ovr")`).
  private mutating func rankClasses(_ probabilities: [Double], _ labels: [Int], _ classCount: Int)
    throws(StatisticsError)
  {
    var sum = 0.0
    for index in 0..<classCount {
      let scores = labels.indices.map { probabilities[$0 * classCount + index] }
      let binary = try BinaryMetrics(scores: scores, labels: labels.map { $0 == index }, threshold: 0.5)
      guard let auc = binary.metrics[.auc] else {
        return metrics.leaveOut([.macroAUC], "class \(index + 1) of \(classCount) does not occur, or nothing else does")
      }
      sum += auc
    }
    metrics[.macroAUC] = sum / Double(classCount)
  }
}
