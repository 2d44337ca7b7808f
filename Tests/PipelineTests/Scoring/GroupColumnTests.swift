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

  @Test("few numbers are values, and many are bins", arguments: [20, 21, 5000])
  func numbers(count: Int) throws {
    let grouping = try column([(0..<count).map { "\($0)" }, ["0", nil]]).grouping(of: Array(0..<(count + 2)), bins: 3)
    #expect(grouping.labels.count == (count <= 20 ? count : 3) + 1)
    #expect(grouping.labels.last == .some(nil))
    #expect(grouping.codes[count] == grouping.codes[0])
    #expect(grouping.codes[count + 1] == Int32(grouping.labels.count - 1))
  }

  @Test("postal codes are texts, and numbers that are names are values")
  func names() throws {
    let codes = (0..<30).map { "0\(1000 + $0)" }
    #expect(try column([codes]).grouping(of: Array(0..<30), bins: 3).labels.count == 30)
    let shops = (0..<30).map { "\($0)" }
    #expect(try column([shops], .values).grouping(of: Array(0..<30), bins: 3).labels.count == 30)
    #expect(try column([shops]).grouping(of: Array(0..<30), bins: 3).labels.count == 3)
  }

  @Test("names of everything are refused, wherever the first text stands", arguments: [0, 100_001])
  func refused(place: Int) {
    var texts = (0...100_001).map { "\($0)" }
    texts[place] = "x"
    #expect(
      throws: PipelineError.stepFailed(
        "the column “c” has more than 100000 different texts: it is a name rather than a group of rows")
    ) { try column([Array(texts.prefix(100_001)), Array(texts.suffix(1))]) }
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
