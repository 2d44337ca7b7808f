@testable import Learning
import Testing

@Suite struct SuccessiveHalvingTests {
  @Test(
    "rungs are so many times as many rounds each, all before the last",
    arguments: [
      (10, 3, 270, [10, 30, 90]), (10, 3, 271, [10, 30, 90, 270]), (10, 3, 10, []), (1, 2, 9, [1, 2, 4, 8]),
    ])
  func rungs(first: Int, factor: Int, rounds: Int, expected: [Int]) {
    #expect(SuccessiveHalving(firstRounds: first, factor: factor).rungs(before: rounds) == expected)
  }

  @Test("the first goes on, then the best of each three, and equal ones together")
  func goesOn() {
    let halving = SuccessiveHalving(firstRounds: 1, factor: 3)
    #expect(halving.goesOn(5, among: []))
    #expect(!halving.goesOn(5, among: [4]))
    #expect(halving.goesOn(4, among: [4, 9]))
    #expect(halving.goesOn(5, among: [4, 6, 7, 8, 9]))
    #expect(!halving.goesOn(5, among: [4, 4.5, 7, 8, 9]))
  }
}
