/// The structural components of one model's AUC: V10 and V01 of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson,
/// 1988, by the midranks of X. Sun and W. Xu, 2014.
struct AUCComponents {
  var ofPositives: [Double] = []
  var ofNegatives: [Double] = []
  /// The midranks of all rows, less their mean.
  var ranks: [Double]

  var area: Double { ofPositives.reduce(0, +) / Double(ofPositives.count) }

  init(_ scores: [Double], _ labels: [Bool]) {
    let sample = RankedSample(scores)
    let all = sample.centredRanks([Bool](repeating: true, count: scores.count))
    let positives = sample.centredRanks(labels)
    let negatives = sample.centredRanks(labels.map { !$0 })
    let (m, n) = (Double(positives.count), Double(negatives.count))
    ranks = all.ranks
    // Ranks among all, less those within the class, both counted from 1.
    for (row, isPositive) in labels.enumerated() {
      if isPositive {
        ofPositives.append((all.ranks[row] - positives.ranks[row] + n / 2) / n)
      } else {
        ofNegatives.append(1 - (all.ranks[row] - negatives.ranks[row] + m / 2) / m)
      }
    }
  }
}
