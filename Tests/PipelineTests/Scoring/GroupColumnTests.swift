@testable import Pipeline
import Statistics
import Tables
import Testing

@Suite struct GroupColumnTests {
  private func column(_ batches: [[String?]], _ purpose: GroupColumn.Purpose = .slices) throws -> GroupColumn {
    var column = GroupColumn(name: "c", purpose)
    for batch in batches {
      let values = Array(Set(batch.compactMap { $0 })).sorted(by: >)
      let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, Int32($0)) })
      let codes = batch.map { text in text.flatMap { places[$0] } ?? -1 }
      try column.append(Column.DictionaryColumn(codes: codes, values: values))
    }
    return column
  }

  @Test("texts of several batches are the same groups, and rows that are left out make none")
  func texts() throws {
    let grouping = try column([["b", "a", nil], ["a", "c", "b"]]).grouping(of: [0, 1, 2, 3, 5], bins: 4)
    #expect(grouping.labels == ["a", "b", nil])
    #expect(grouping.codes == [1, 0, 2, 0, 1])
  }

  @Test("few numbers are values, many are bins, and thousands of them cost no dictionary", arguments: [20, 21, 5000])
  func numbers(count: Int) throws {
    let grouping = try column([(0..<count).map { "\($0)" }, ["0", nil]]).grouping(of: Array(0..<(count + 2)), bins: 3)
    #expect(grouping.labels.count == (count <= 20 ? count : 3) + 1)
    #expect(grouping.labels.last == .some(nil))
    #expect(grouping.codes[count] == grouping.codes[0])
    #expect(grouping.codes[count + 1] == Int32(grouping.labels.count - 1))
  }

  @Test("texts after thousands of numbers, and names of everything, are refused with the column and the value")
  func refused() {
    #expect(
      throws: PipelineError.stepFailed(
        "the column “c” holds thousands of numbers and then “x”: it cannot be parted into groups")
    ) { try column([(0..<1001).map { "\($0)" }, ["x"]]) }
    #expect(
      throws: PipelineError.stepFailed(
        "the column “c” has more than 100000 different texts: it is a name rather than a group of rows")
    ) { try column([(0...100_000).map { "n\($0)" }]) }
  }

  @Test("clusters keep every text apart, and rows without one stand alone")
  func clusters() throws {
    let column = try column([(0..<2000).map { "\($0)" }, ["3", nil, nil]], .clusters)
    let clusters = column.clusters(of: [3, 4, 2000, 2001, 2002])
    #expect(clusters.labels.count == 4)
    #expect(clusters.codes[0] == clusters.codes[2])
    #expect(Set(clusters.codes).count == 4)
  }
}
