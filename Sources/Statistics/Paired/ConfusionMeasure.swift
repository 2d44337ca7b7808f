/// A metric that the counts of true against predicted classes determine, as ``BinaryMetrics`` and ``MulticlassMetrics``
/// have it.
enum ConfusionMeasure: String, Sendable {
  case accuracy, precision, recall, f1
  case macroPrecision = "macro_precision", macroRecall = "macro_recall", macroF1 = "macro_f1"
  /// The mean of the classes' recalls.
  case balancedAccuracy = "balanced_accuracy"
  /// The correlation of true and predicted class (J. Gorodkin, “Comparing two K-category assignments by a K-category
  /// correlation coefficient”, 2004); for two classes Matthews's.
  case matthews = "mcc"

  /// Nil where it is no metric of so many classes.
  init?(_ name: String, classCount: Int) {
    guard let measure = Self(rawValue: name) else { return nil }
    switch measure {
    case .precision, .recall, .f1: guard classCount == 2 else { return nil }
    case .macroPrecision, .macroRecall, .macroF1: guard classCount > 2 else { return nil }
    case .accuracy, .balancedAccuracy, .matthews: break
    }
    self = measure
  }

  /// - Parameter counts: true x predicted, row-major. Nil where it is undefined.
  func value(_ counts: [Double], _ classCount: Int) -> Double? {
    let actual = (0..<classCount).map { row in (0..<classCount).reduce(0) { $0 + counts[row * classCount + $1] } }
    let predicted = (0..<classCount).map { column in
      (0..<classCount).reduce(0) { $0 + counts[$1 * classCount + column] }
    }
    let right = (0..<classCount).map { counts[$0 * classCount + $0] }
    let total = actual.reduce(0, +)
    switch self {
    case .accuracy: return total > 0 ? right.reduce(0, +) / total : nil
    case .precision: return predicted[1] > 0 ? right[1] / predicted[1] : nil
    case .recall: return actual[1] > 0 ? right[1] / actual[1] : nil
    case .f1: return actual[1] + predicted[1] > 0 ? 2 * right[1] / (actual[1] + predicted[1]) : nil
    case .macroPrecision, .macroRecall, .macroF1: return macro(actual, predicted, right)
    case .balancedAccuracy:
      let recalls = zip(right, actual).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
      return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
    case .matthews:
      let both = zip(actual, predicted).reduce(0) { $0 + $1.0 * $1.1 }
      let (ofActual, ofPredicted) = (actual.reduce(0) { $0 + $1 * $1 }, predicted.reduce(0) { $0 + $1 * $1 })
      let below = ((total * total - ofActual) * (total * total - ofPredicted)).squareRoot()
      // Where one class alone is there or predicted, scikit-learn has 0.
      return total > 0 ? (below > 0 ? (right.reduce(0, +) * total - both) / below : 0) : nil
    }
  }

  /// The mean over the classes that occur or were predicted; an undefined part counts as 0.
  private func macro(_ actual: [Double], _ predicted: [Double], _ right: [Double]) -> Double? {
    var (sum, used) = (0.0, 0.0)
    for (index, hits) in right.enumerated() where actual[index] + predicted[index] > 0 {
      used += 1
      switch self {
      case .macroPrecision: sum += predicted[index] > 0 ? hits / predicted[index] : 0
      case .macroRecall: sum += actual[index] > 0 ? hits / actual[index] : 0
      default: sum += 2 * hits / (actual[index] + predicted[index])
      }
    }
    return used > 0 ? sum / used : nil
  }
}
