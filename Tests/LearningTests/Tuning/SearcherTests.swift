import Foundation
@testable import Learning
import Testing

@Suite struct SearcherTests {
  static let space = SearchSpace([
    .init(name: "subsample", domain: .numbers(0.5...1, step: nil, scale: .linear)),
    .init(name: "eta", domain: .numbers(0.01...0.3, step: nil, scale: .logarithmic)),
    .init(name: "max_depth", domain: .integers(3...9, step: 2, scale: .linear)),
    .init(name: "min_child_weight", domain: .integers(1...100, step: 1, scale: .logarithmic)),
    .init(name: "grow_policy", domain: .choices(["depthwise", "lossguide"])),
    .init(name: "gamma", domain: .numbers(0...0.3, step: 0.1, scale: .linear)),
  ])

  /// A loss that every parameter has a part in.
  static func loss(_ values: [String: String]) -> Double {
    func number(_ name: String) -> Double { values[name].flatMap { Double($0) } ?? .nan }
    return abs(log(number("eta") / 0.1)) + abs(number("max_depth") - 5) / 4 + (1 - number("subsample"))
      + abs(log(number("min_child_weight") / 4)) / 3 + (values["grow_policy"] == "lossguide" ? 0 : 0.3)
      + number("gamma")
  }

  static func history(_ searcher: Searcher, _ count: Int, _ loss: ([String: String]) -> Double)
    -> [Searcher.Observation]
  {
    var history: [Searcher.Observation] = []
    for number in 0..<count {
      let values = searcher.suggestion(number, after: history)
      history.append(.init(number: number, values: values, standing: .complete(loss: loss(values))))
    }
    return history
  }

  @Test("every suggestion is of the space", arguments: Searcher.Method.allCases, [1, 2, 3])
  func ofTheSpace(method: Searcher.Method, seed: Int) throws {
    let space = method == .grid ? SearchSpace(Self.space.parameters.filter { $0.domain.valueCount != nil }) : Self.space
    let searcher = Searcher(method, space, seed: seed)
    for trial in Self.history(searcher, min(40, searcher.trialCount ?? 40), Self.loss) {
      let point = try #require(space.point(trial.values))
      let isInside = zip(space.parameters, point).allSatisfy { parameter, value in
        let bounds = parameter.domain.searchBounds
        guard case .choices = parameter.domain else { return bounds.contains(parameter.domain.position(value)) }
        return true
      }
      #expect(isInside, "\(trial.values)")
    }
  }

  @Test("a search goes on the same way, whatever it is asked in between", arguments: Searcher.Method.allCases)
  func isPure(method: Searcher.Method) {
    let space = SearchSpace(Self.space.parameters.filter { method != .grid || $0.domain.valueCount != nil })
    let whole = Self.history(Searcher(method, space, seed: 4), 30, Self.loss)
    for number in [0, 9, 10, 11, 29] {
      let resumed = Searcher(method, space, seed: 4).suggestion(number, after: Array(whole.prefix(number).reversed()))
      #expect(resumed == whole[number].values)
    }
  }

  @Test("another seed is another search", arguments: [Searcher.Method.random, .sobol, .tpe])
  func seedMatters(method: Searcher.Method) {
    let one = Searcher(method, Self.space, seed: 1).suggestion(0, after: [])
    #expect(one != Searcher(method, Self.space, seed: 2).suggestion(0, after: []))
  }

  @Test("the order in which parameters are written does not count")
  func orderDoesNotCount() {
    let turned = SearchSpace(Self.space.parameters.reversed())
    let one = Searcher(.tpe, Self.space, seed: 3).suggestion(7, after: [])
    #expect(one == Searcher(.tpe, turned, seed: 3).suggestion(7, after: []))
  }

  @Test("a grid has every point once, with steps that do not drift")
  func grid() {
    let space = SearchSpace([
      .init(name: "gamma", domain: .numbers(0...0.3, step: 0.1, scale: .linear)),
      .init(name: "max_depth", domain: .integers(3...8, step: 2, scale: .linear)),
      .init(name: "policy", domain: .choices(["a", "b"])),
    ])
    let searcher = Searcher(.grid, space, seed: 0)
    let points = (0..<24).map { searcher.suggestion($0, after: []) }
    #expect(searcher.trialCount == 24)
    #expect(Set(points).count == 24)
    #expect(Set(points.compactMap { $0["gamma"] }) == ["0.0", "0.1", "0.2", "0.3"])
    #expect(Set(points.compactMap { $0["max_depth"] }) == ["3", "5", "7"])
  }

  @Test("random values of a logarithmic scale are even in their logarithm")
  func evenLogarithms() {
    let searcher = Searcher(.random, Self.space, seed: 11)
    let etas = (0..<2000).compactMap { searcher.suggestion($0, after: [])["eta"].flatMap { Double($0) } }
    let below = Double(etas.count { $0 < (0.01 * 0.3).squareRoot() }) / 2000
    #expect(abs(below - 0.5) < 0.04)
  }

  @Test("trials that go on are kept clear of, and trials of other parameters are passed over")
  func pendingCounts() {
    let searcher = Searcher(.tpe, Self.space, seed: 5)
    let known = Self.history(searcher, 25, Self.loss)
    let alone = searcher.suggestion(26, after: known)
    let pending = Searcher.Observation(number: 25, values: alone, standing: .pending)
    #expect(searcher.suggestion(26, after: known + [pending]) != alone)
    let foreign = Searcher.Observation(number: 25, values: ["eta": "9"], standing: .complete(loss: -1))
    #expect(searcher.suggestion(26, after: known + [foreign]) == alone)
  }
}
