import Foundation
@testable import Learning
import Testing

/// Scripts/bench/learning-tpe holds it against Optuna's; here it must earn its keep against chance.
@Suite struct TreeParzenEstimatorTests {
  struct Problem: Sendable, CustomStringConvertible {
    var description: String
    var space: SearchSpace
    var loss: @Sendable ([String: String]) -> Double
  }

  private static func numbers(_ values: [String: String], _ count: Int) -> [Double] {
    (0..<count).map { values["x\($0)"].flatMap { Double($0) } ?? .nan }
  }

  private static func cube(_ dimensions: Int, _ range: ClosedRange<Double>) -> SearchSpace {
    SearchSpace((0..<dimensions).map { .init(name: "x\($0)", domain: .numbers(range, step: nil, scale: .linear)) })
  }

  static let problems = [
    Problem(description: "Rosenbrock 5", space: cube(5, -2...2)) { values in
      let x = numbers(values, 5)
      return zip(x, x.dropFirst()).reduce(0) { $0 + 100 * pow($1.1 - $1.0 * $1.0, 2) + pow(1 - $1.0, 2) }
    },
    Problem(description: "Ackley 5", space: cube(5, -32.768...32.768)) { values in
      let x = numbers(values, 5)
      let (squares, waves) = (x.map { $0 * $0 }.reduce(0, +) / 5, x.map { cos(2 * .pi * $0) }.reduce(0, +) / 5)
      return -20 * exp(-0.2 * squares.squareRoot()) - exp(waves) + 20 + exp(1)
    },
    Problem(description: "mixed", space: SearcherTests.space, loss: SearcherTests.loss),
  ]

  /// The mean of the best losses over seeds.
  private static func best(_ method: Searcher.Method, _ problem: Problem) -> Double {
    let seeds = 0..<6
    return seeds.map { seed in
      let history = SearcherTests.history(Searcher(method, problem.space, seed: seed), 50, problem.loss)
      return history.map { problem.loss($0.values) }.min() ?? .infinity
    }.reduce(0, +) / Double(seeds.count)
  }

  @Test("finds better points than chance in as many trials", arguments: problems)
  func beatsChance(problem: Problem) { #expect(Self.best(.tpe, problem) < 0.8 * Self.best(.random, problem)) }

  @Test("a trial that failed or was given up is worse than any that came to its end")
  func standings() {
    let space = Self.cube(1, 0...1)
    func history(_ standing: Searcher.Observation.Standing) -> [Searcher.Observation] {
      (0..<30).map { number in
        let x = Double(number) / 30
        let isLeft = x < 0.5
        return .init(number: number, values: ["x0": "\(x)"], standing: isLeft ? standing : .complete(loss: 1 + x))
      }
    }
    for standing in [Searcher.Observation.Standing.failed, .pruned(rounds: 3, loss: 0)] {
      let known = history(standing)
      let found = (30..<50).compactMap { number in
        Searcher(.tpe, space, seed: 1).suggestion(number, after: known)["x0"].flatMap { Double($0) }
      }
      #expect(found.count { $0 >= 0.4 } >= 15)
    }
  }

  @Test("a density is one in all, and its shares of steps are too")
  func isDensity() {
    let mixture = ParzenMixture(Self.cube(1, 0...1), [[0.1], [0.12], [0.7]])
    let cells = 2000
    let mass = (0..<cells).map { exp(mixture.logDensity([(Double($0) + 0.5) / Double(cells)])) }.reduce(0, +)
    #expect(abs(mass / Double(cells) - 1) < 1e-4)
    let space = SearchSpace([.init(name: "x0", domain: .integers(1...20, step: 1, scale: .logarithmic))])
    let steps = ParzenMixture(space, [[3], [4], [15]])
    let sum = (1...20).map { exp(steps.logDensity([Double($0)])) }.reduce(0, +)
    #expect(abs(sum - 1) < 1e-9)
  }
}
