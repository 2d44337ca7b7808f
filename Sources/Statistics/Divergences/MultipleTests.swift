/// P-values of several tests together, corrected for there being several.
package enum MultipleTests: String, Codable, Hashable, Sendable, CaseIterable {
  /// At level q, of the differences that are called real at most the share q is expected to be none; where nothing
  /// differs at all, anything is called real with probability q at most (Y. Benjamini, Y. Hochberg, “Controlling the
  /// false discovery rate”, 1995; for independent or positively dependent tests).
  case benjaminiHochberg = "benjamini-hochberg"
  /// At level q, anything is called real that is none with probability q at most, however the tests depend on each other
  /// (S. Holm, “A simple sequentially rejective multiple test procedure”, 1979).
  case holm

  /// The smallest level at which each test would be rejected, in the order given (statsmodels, `multipletests`).
  package func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    let count = Double(pValues.count)
    var adjusted = [Double](repeating: 1, count: pValues.count)
    switch self {
    case .benjaminiHochberg:
      var least = 1.0
      for (rank, index) in order.enumerated().reversed() {
        least = min(least, pValues[index] * count / Double(rank + 1))
        adjusted[index] = least
      }
    case .holm:
      var most = 0.0
      for (rank, index) in order.enumerated() {
        most = max(most, min(1, pValues[index] * (count - Double(rank))))
        adjusted[index] = most
      }
    }
    return adjusted
  }
}
