@testable import Statistics
import Testing

@Suite struct SliceSearchTests {
  /// Rows with a loss each, in three columns of some values and the pairs of them.
  private func rows(_ count: Int, seed: UInt64) -> (losses: [Double], groupings: [Grouping]) {
    var random = SeededGenerator(seed: seed)
    let columns = [3, 4, 6].map { values in
      Grouping(
        name: "c\(values)", labels: (0..<values).map { "\($0)" },
        codes: (0..<count).map { _ in Int32(random.below(values)) })
    }
    // Skewed, as losses are.
    let losses = (0..<count).map { _ in
      let unit = random.unit()
      return unit * unit * unit
    }
    return (
      losses, columns + [Grouping(joining: [columns[0], columns[1]]), Grouping(joining: [columns[1], columns[2]])]
    )
  }

  @Test("where no slice differs, any false alarm is as rare as the p-value says")
  func falseAlarms() {
    var alarms = 0
    for trial in 0..<200 {
      let data = rows(150, seed: UInt64(trial))
      let search = SliceSearch(
        losses: data.losses, groupings: data.groupings, minimumRows: 5, Bootstrap(resamples: 79, seed: UInt64(trial)))
      if let worst = search.findings.first, worst.pValue <= 0.1 { alarms += 1 }
    }
    // 20 expected, with a standard deviation of 4.2.
    #expect((6...34).contains(alarms), "\(alarms) of 200")
  }

  /// Clusters whose rows share a part of their losses, in groups of whole clusters and of rows.
  private func clustered(_ clusterCount: Int, seed: UInt64) -> SliceSearch.Rows {
    var random = SeededGenerator(seed: seed)
    let shared = (0..<clusterCount).map { _ in 2 * random.unit() * random.unit() }
    let attribute = (0..<clusterCount).map { _ in Int32(random.below(4)) }
    let codes = (0..<clusterCount * 12).map { _ in Int32(random.below(clusterCount)) }
    let whole = Grouping(name: "whole", labels: ["0", "1", "2", "3"], codes: codes.map { attribute[Int($0)] })
    let rows = Grouping(name: "rows", labels: ["0", "1", "2"], codes: codes.map { _ in Int32(random.below(3)) })
    return SliceSearch.Rows(
      losses: codes.map { shared[Int($0)] + random.unit() },
      groupings: [whole, rows, Grouping(joining: [whole, rows])],
      clusters: Grouping(name: "cluster", labels: (0..<clusterCount).map { "\($0)" }, codes: codes))
  }

  @Test("nor are false alarms more frequent where rows belong together", arguments: [12, 40])
  func clusteredFalseAlarms(clusterCount: Int) {
    var (alarms, alarmsOfRows) = (0, 0)
    for trial in 0..<100 {
      let rows = clustered(clusterCount, seed: UInt64(trial))
      let bootstrap = Bootstrap(resamples: 39, seed: UInt64(trial))
      let worst = SliceSearch(rows, minimumRows: 10, bootstrap).findings.first
      if let worst, worst.pValue <= 0.1 { alarms += 1 }
      // As if each row stood for itself.
      guard trial < 30 else { continue }
      let alone = SliceSearch(losses: rows.losses, groupings: rows.groupings, minimumRows: 10, bootstrap).findings.first
      if let alone, alone.pValue <= 0.1 { alarmsOfRows += 1 }
    }
    // 10 expected, with a standard deviation of 3; the signs of few, skewed clusters are cautious.
    #expect((1...19).contains(alarms), "\(alarms) of 100")
    #expect(alarmsOfRows >= 18, "\(alarmsOfRows) of 30")
  }

  @Test("a slice that is worse in all of its clusters is found")
  func clusteredFound() throws {
    var rows = clustered(40, seed: 5)
    for row in rows.losses.indices where rows.groupings[1].codes[row] == 2 { rows.losses[row] += 0.3 }
    let worst = try #require(SliceSearch(rows, minimumRows: 30, Bootstrap(resamples: 199, seed: 1)).findings.first)
    #expect(worst.grouping == 1 && worst.group == 2)
    #expect(worst.pValue == 1.0 / 200)
    let losses = zip(rows.losses, rows.groupings[1].codes).filter { $0.1 == 2 }.map(\.0)
    #expect(abs(worst.meanLoss - losses.reduce(0, +) / Double(losses.count)) < 1e-12)
  }

  @Test("a slice with a larger loss is found, named and significant; all rows are no slice")
  func found() throws {
    var data = rows(400, seed: 3)
    for row in data.losses.indices where data.groupings[1].codes[row] == 2 { data.losses[row] += 0.4 }
    let all = Grouping(name: "all", labels: ["x"], codes: [Int32](repeating: 0, count: 400))
    let search = SliceSearch(
      losses: data.losses, groupings: data.groupings + [all], minimumRows: 10, Bootstrap(resamples: 199, seed: 1))
    let worst = try #require(search.findings.first)
    #expect(worst.grouping == 1 && worst.group == 2)
    #expect(worst.pValue == 1.0 / 200)
    let losses = zip(data.losses, data.groupings[1].codes).filter { $0.1 == 2 }.map(\.0)
    #expect(abs(worst.meanLoss - losses.reduce(0, +) / Double(losses.count)) < 1e-12)
    #expect(worst.rowCount == losses.count)
    #expect(!search.findings.contains { $0.grouping == 5 })
    #expect(search.findings.map(\.z) == search.findings.map(\.z).sorted(by: >))
  }

  @Test("findings are the same whatever the number of threads")
  func threads() {
    let data = rows(200, seed: 8)
    let found = [1, 2, 3].map { threads in
      SliceSearch(
        losses: data.losses, groupings: data.groupings, minimumRows: 5,
        Bootstrap(resamples: 30, seed: 2, threads: threads)
      ).findings
    }
    #expect(found[0] == found[1] && found[1] == found[2])
  }

  @Test("equal losses have no worst slice")
  func constant() {
    let data = rows(50, seed: 1)
    let search = SliceSearch(
      losses: data.losses.map { _ in 1 }, groupings: data.groupings, minimumRows: 5, Bootstrap(resamples: 10))
    #expect(search.findings.isEmpty && search.triedCount > 0)
  }
}
