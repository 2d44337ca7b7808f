/// Looks where a loss is largest, and says how likely such a slice is by chance, given how many were looked at.
///
/// The loss of each slice is compared with that of all rows, in units of its spread when rows fall into slices at random:
/// z = (mean of the slice - mean) / (s sqrt(1/n - 1/N)). The p-value is the share of permutations of the losses in which
/// the largest z of all slices is as large (the single-step max T procedure: P. Westfall, S. Young, “Resampling-based
/// multiple testing”, 1993, algorithm 2.8), so that with no difference anywhere, the chance of any false alarm at p <= a
/// is at most a, however many slices there are and however they overlap.
///
/// Where rows belong together, a row says nothing by itself. The difference of a slice is then a sum of what each cluster
/// adds to it, psi = (its losses in the slice, less the mean) / n - (all its losses, less the mean) / N, its spread is
/// sqrt(sum of psi²), and the signs of whole clusters are drawn instead of an order of rows (the score bootstrap of
/// P. Kline, A. Santos, “A score based approach to wild bootstrap inference”, Journal of Econometric Methods 1, 2012).
package struct SliceSearch: Sendable {
  package struct Finding: Equatable, Sendable {
    /// The place of the grouping and of the group in it.
    package var grouping: Int
    package var group: Int
    package var rowCount: Int
    package var meanLoss: Double
    package var z: Double
    /// In 1 / (permutations + 1)...1.
    package var pValue: Double
  }

  package let meanLoss: Double
  /// The slices that have rows enough, but not all rows.
  package let triedCount: Int
  /// The slices whose loss is above the mean, the largest z first.
  package let findings: [Finding]

  /// - Parameters:
  ///   - losses: one a row.
  ///   - groupings: of the same rows.
  ///   - minimumRows: slices of fewer rows are not tried.
  ///   - bootstrap: how many permutations, and the seed.
  package init(losses: [Double], groupings: [Grouping], minimumRows: Int, _ bootstrap: Bootstrap) {
    self.init(Rows(losses: losses, groupings: groupings), minimumRows: minimumRows, bootstrap)
  }

  /// What is searched.
  package struct Rows: Sendable {
    package var losses: [Double]
    package var groupings: [Grouping]
    /// What belongs together; nil where each row stands for itself.
    package var clusters: Grouping?

    package init(losses: [Double], groupings: [Grouping], clusters: Grouping? = nil) {
      (self.losses, self.groupings, self.clusters) = (losses, groupings, clusters)
    }
  }

  package init(_ rows: Rows, minimumRows: Int, _ bootstrap: Bootstrap) {
    let mean = rows.losses.reduce(0, +) / Double(rows.losses.count)
    meanLoss = mean
    var centred = rows
    centred.losses = rows.losses.map { $0 - mean }
    let slices = rows.groupings.indices.flatMap { Candidate.all(of: centred, at: $0, minimumRows) }
    triedCount = slices.count
    guard centred.losses.contains(where: { $0 != 0 }), !slices.isEmpty else {
      findings = []
      return
    }
    let found = Self.scores(centred.losses, centred, slices)
    let largest = Self.largestScores(centred, slices, bootstrap).sorted()
    findings = slices.indices.filter { found[$0] > 0 }.sorted { found[$0] > found[$1] }.map { index in
      let slice = slices[index]
      // Rounding must not make a score smaller than its own in another order of rows.
      let below = Self.countBelow(found[index] - 1e-9, largest)
      return Finding(
        grouping: slice.grouping, group: slice.group, rowCount: slice.rowCount,
        meanLoss: mean + found[index] * slice.spread, z: found[index],
        pValue: Double(largest.count - below + 1) / Double(largest.count + 1))
    }
  }

  private struct Candidate: Sendable {
    var grouping: Int
    var group: Int
    var rowCount: Int
    /// The standard deviation of the slice's mean, less that of all rows, where no slice differs.
    var spread: Double

    static func all(of rows: Rows, at place: Int, _ minimumRows: Int) -> [Candidate] {
      let (grouping, total) = (rows.groupings[place], rows.losses.count)
      var counts = [Int](repeating: 0, count: grouping.labels.count)
      for code in grouping.codes { counts[Int(code)] += 1 }
      let spreads = rows.clusters.map { clustered(rows.losses, grouping, $0, counts) } ?? alone(rows.losses, counts)
      return counts.indices.filter { counts[$0] >= minimumRows && counts[$0] < total }.map {
        Candidate(grouping: place, group: $0, rowCount: counts[$0], spread: spreads[$0])
      }
    }

    /// Of each group when rows fall into groups at random.
    private static func alone(_ centred: [Double], _ counts: [Int]) -> [Double] {
      let total = Double(centred.count)
      let variance = centred.reduce(0) { $0 + $1 * $1 } / max(1, total - 1)
      return counts.map { (variance * (1 / Double($0) - 1 / total)).squareRoot() }
    }

    /// Of each group by what the clusters add to it.
    private static func clustered(
      _ centred: [Double], _ grouping: Grouping, _ clusters: Grouping, _ counts: [Int]
    ) -> [Double] {
      var whole = [Double](repeating: 0, count: clusters.labels.count)
      var parts: [Int: Double] = [:]
      for (row, loss) in centred.enumerated() {
        whole[Int(clusters.codes[row])] += loss / Double(centred.count)
        parts[Int(grouping.codes[row]) * whole.count + Int(clusters.codes[row]), default: 0] += loss
      }
      // A cluster without rows in a group adds its share of the whole alone.
      var squares = [Double](repeating: whole.reduce(0) { $0 + $1 * $1 }, count: counts.count)
      for (key, sum) in parts.sorted(by: { $0.key < $1.key }) {
        let (group, share) = (key / whole.count, whole[key % whole.count])
        let added = sum / Double(counts[group]) - share
        squares[group] += added * added - share * share
      }
      return squares.map { max(0, $0).squareRoot() }
    }
  }

  private static func countBelow(_ value: Double, _ sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The z of each slice; 0 where nothing varies.
  private static func scores(_ losses: [Double], _ rows: Rows, _ slices: [Candidate]) -> [Double] {
    let sums = rows.groupings.map { grouping in
      var sums = [Double](repeating: 0, count: grouping.labels.count)
      for (row, code) in grouping.codes.enumerated() { sums[Int(code)] += losses[row] }
      return sums
    }
    // Signs change the mean of all, an order does not.
    let mean = rows.clusters == nil ? 0 : losses.reduce(0, +) / Double(losses.count)
    return slices.map { slice in
      guard slice.spread > 0 else { return 0 }
      return (sums[slice.grouping][slice.group] / Double(slice.rowCount) - mean) / slice.spread
    }
  }

  /// The largest z of each permutation, or draw of signs.
  private static func largestScores(_ rows: Rows, _ slices: [Candidate], _ bootstrap: Bootstrap) -> [Double] {
    var largest = [Double](repeating: 0, count: bootstrap.resamples)
    largest.withUnsafeMutableBufferPointer { largest in
      // Each permutation fills a place of its own.
      nonisolated(unsafe) let largest = largest
      ParallelPieces.forEach(bootstrap.resamples, threads: bootstrap.threads, begin: { rows.losses }) { losses, index in
        var random = SeededGenerator(seed: bootstrap.seed, stream: index)
        redraw(&losses, rows, &random)
        largest[index] = scores(losses, rows, slices).max() ?? 0
      }
    }
    return largest
  }

  /// The losses as they could have been as well where no slice differs. From the same order each time, so that a draw
  /// depends on its number alone.
  private static func redraw(_ losses: inout [Double], _ rows: Rows, _ random: inout SeededGenerator) {
    losses.withUnsafeMutableBufferPointer { losses in
      guard let clusters = rows.clusters else {
        for row in rows.losses.indices { losses[row] = rows.losses[row] }
        random.shuffle(losses)
        return
      }
      let signs = clusters.labels.map { _ in random.below(2) == 0 ? -1.0 : 1 }
      for row in rows.losses.indices { losses[row] = signs[Int(clusters.codes[row])] * rows.losses[row] }
    }
  }
}
