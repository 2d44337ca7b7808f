@testable import Statistics
import Testing

@Suite struct GroupingTests {
  @Test("texts are groups in their order, missing ones the last, unused ones none")
  func texts() {
    let grouping = Grouping(name: "origin", values: ["LGA", "EWR", "JFK"], codes: [0, 2, -1, 0])
    #expect(grouping.labels == ["JFK", "LGA", nil])
    #expect(grouping.codes == [1, 0, 2, 1])
    #expect(grouping.rows == [[1], [0, 3], [2]])
  }

  @Test("numbers are groups of about as many rows, named by their bounds")
  func numbers() {
    let grouping = Grouping(name: "age", numbers: (0..<100).map { Double($0) } + [.nan], bins: 4)
    #expect(grouping.labels == ["< 25", "[25, 50)", "[50, 75)", ">= 75", nil])
    #expect(grouping.rows.map(\.count) == [25, 25, 25, 25, 1])
  }

  @Test("pairs are groups by both columns")
  func pairs() {
    let first = Grouping(name: "a", values: ["x", "y"], codes: [0, 1, 1, 0])
    let second = Grouping(name: "b", values: ["u", "v"], codes: [1, 0, -1, 1])
    let pair = Grouping(joining: [first, second])
    #expect(pair.name == "a,b")
    #expect(pair.labels == ["x,v", "y,u", "y,missing"])
    #expect(pair.codes == [0, 1, 2, 0])
  }

  @Test("pairs of other values have other labels")
  func quoted() {
    let first = Grouping(name: "a", values: ["a,b", "a", "missing"], codes: [0, 1, 2, -1])
    let second = Grouping(name: "b", values: ["c", "b,c"], codes: [0, 1, 0, 0])
    let labels = Grouping(joining: [first, second]).labels
    #expect(labels == ["a,\"b,c\"", "\"a,b\",c", "\"missing\",c", "missing,c"])
    #expect(Set(labels).count == 4)
  }
}
