@testable import Learning
import Tables
import Testing

@Suite struct SeenValuesTests {
  private let seen = SeenValues(Column(name: "x", storage: .floats((0...1000).map(Double.init) + [.nan])))

  @Test("numbers leave their ends and tenths")
  func numbers() {
    #expect(seen.missingCount == 1 && seen.minimum == 0 && seen.maximum == 1000)
    #expect(seen.quantiles == (0...10).map { Double($0 * 100) })
  }

  @Test("the same distribution is near, another one far; texts have none")
  func distance() throws {
    #expect(try #require(seen.distance(to: (0..<500).map { Double($0) * 2 })) < 0.01)
    #expect(try #require(seen.distance(to: (0..<500).map { Double($0) * 4 })) > 0.4)
    let equal = SeenValues(Column(name: "x", storage: .integers([Int64](repeating: 3, count: 10))))
    #expect(equal.distance(to: [3, 3]) == 0)
    #expect(SeenValues(Column(name: "t", storage: .strings(.init(codes: [0], values: ["a"])))).distance(to: [1]) == nil)
  }
}
