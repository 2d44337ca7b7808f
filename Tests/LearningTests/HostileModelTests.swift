@testable import Learning
import Testing

/// Models that nobody trained: each is refused, or scores whatever it says, but never crashes or hangs.
@Suite struct HostileModelTests {
  /// One tree over two features; `tree` replaces its lists.
  private func model(_ tree: [String: String] = [:], group: String = "0", objective: String = "reg:squarederror")
    -> [UInt8]
  {
    var lists = [
      "left_children": "[1,-1,-1]", "right_children": "[2,-1,-1]", "split_indices": "[1,0,0]",
      "split_conditions": "[0.5,1,2]", "default_left": "[1,0,0]", "split_type": "[0,0,0]", "sum_hessian": "[3,1,2]",
      "categories": "[]", "categories_nodes": "[]", "categories_segments": "[]", "categories_sizes": "[]",
    ]
    lists.merge(tree) { $1 }
    let body = lists.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    let text =
      #"{"learner":{"gradient_booster":{"model":{"tree_info":[\#(group)],"trees":[{\#(body)}]},"name":"gbtree"},"#
      + #""learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2"},"objective":{"name":"\#(objective)"}},"#
      + #""version":[1,7,4]}"#
    return Array(text.utf8)
  }

  private let rows = FeatureEncoder.Rows(values: [0, 0, 0, 0.25, 0.75, .nan], rowCount: 3)

  @Test("the tree that the others are made of scores as it says")
  func plain() throws {
    let scoring = try ScoringModel(json: model())
    #expect(scoring.scores(rows, threads: 1) == [1.5, 2.5, 1.5])
    let contributions = try #require(scoring.contributions(rows, threads: 1)).values
    let expected: [Double] = [0, -2.0 / 3, 5.0 / 3 + 0.5, 0, 1.0 / 3, 5.0 / 3 + 0.5, 0, -2.0 / 3, 5.0 / 3 + 0.5]
    #expect(zip(contributions, expected).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("a tree without weights of rows scores, and has no contributions")
  func uncovered() throws {
    let scoring = try ScoringModel(json: model(["sum_hessian": "[]"]))
    #expect(scoring.scores(rows, threads: 1) == [1.5, 2.5, 1.5])
    #expect(scoring.contributions(rows, threads: 1) == nil)
  }

  @Test(
    "weights of rows that are no shares give finite contributions", arguments: ["[0,0,0]", "[1,-5,1e30]", "[3,NaN,0]"])
  func oddCovers(covers: String) throws {
    let contributions = try ScoringModel(json: model(["sum_hessian": covers])).contributions(rows, threads: 1)
    #expect(try #require(contributions).values.allSatisfy(\.isFinite))
  }

  @Test(
    "trees that are none are refused with what is wrong",
    arguments: [
      (["left_children": "[0,-1,-1]"], "tree 0 of model.json comes to node 0 on two ways"),
      (["right_children": "[1,-1,-1]"], "tree 0 of model.json comes to node 1 on two ways"),
      (["left_children": "[7,-1,-1]"], "tree 0 of model.json has no such child or feature as node 0 names"),
      (["right_children": "[-1,-1,-1]"], "tree 0 of model.json has no such child or feature as node 0 names"),
      (["split_indices": "[2,0,0]"], "tree 0 of model.json has no such child or feature as node 0 names"),
      (["split_indices": "[-1,0,0]"], "tree 0 of model.json has no such child or feature as node 0 names"),
      (["split_conditions": "[0.5,1]"], "tree 0 of model.json has lists of different lengths"),
      (["split_conditions": "[NaN,1,2]"], "tree 0 of model.json compares with no number"),
      (["split_conditions": "[0.5,Infinity,2]"], "tree 0 of model.json adds no number at node 1"),
      (["split_type": "[1,0,0]"], "tree 0 of model.json has no set for node 0"),
      (
        ["split_type": "[1,0,0]", "categories_nodes": "[0]", "categories_segments": "[0]", "categories_sizes": "[9]"],
        "tree 0 of model.json has a set that it does not list"
      ),
      (
        [
          "split_type": "[1,0,0]", "categories": "[2000000000]", "categories_nodes": "[0]",
          "categories_segments": "[0]", "categories_sizes": "[1]",
        ], "tree 0 of model.json has an impossible category"
      ),
      (
        ["tree_param": #"{"size_leaf_vector":"3"}"#],
        "tree 0 of model.json holds several outputs a leaf: train one tree an output"
      ),
      (["left_children": "[99999999999,-1,-1]"], "model.json holds no whole number"),
    ] as [([String: String], String)])
  func trees(lists: [String: String], reason: String) throws {
    let error = #expect(throws: LearningError.self) { try ScoringModel(json: self.model(lists)) }
    #expect(
      error?.description.hasPrefix("the model package is damaged: \(reason)") == true, "\(String(describing: error))")
  }

  @Test("sets that share their categories, or a node, are refused before they are read again and again")
  func sharedSets() throws {
    func list(_ value: String, _ count: Int) -> String {
      "[" + [String](repeating: value, count: count).joined(separator: ",") + "]"
    }
    let count = 20_000
    var lists = [
      "split_type": "[1,0,0]", "categories": list("1", count), "categories_nodes": list("0", count),
      "categories_segments": list("0", count), "categories_sizes": list("\(count)", count),
    ]
    #expect(throws: LearningError.damagedPackage("tree 0 of model.json has two sets for a node")) {
      try ScoringModel(json: model(lists))
    }
    lists["categories_nodes"] = "[0,1]"
    lists["categories_segments"] = "[0,0]"
    lists["categories_sizes"] = "[\(count),\(count)]"
    #expect(throws: LearningError.damagedPackage("tree 0 of model.json has a set that it does not list")) {
      try ScoringModel(json: model(lists))
    }
  }

  @Test("outputs and objectives that are none are refused")
  func others() throws {
    #expect(throws: LearningError.damagedPackage("tree 0 of model.json adds to output 5")) {
      try ScoringModel(json: model(group: "5"))
    }
    #expect(throws: LearningError.damagedPackage("model.json has the unknown objective “reg:magic”")) {
      try ScoringModel(json: model(objective: "reg:magic"))
    }
    #expect(throws: LearningError.self) { try ScoringModel(json: Array(String(repeating: "[", count: 100_000).utf8)) }
    #expect(throws: LearningError.self) {
      try ScoringModel(json: Array(String(repeating: #"{"learner":"#, count: 100_000).utf8))
    }
  }

  @Test("a chain of more levels than any training makes is refused; a long one is scored")
  func chain() throws {
    func chain(_ levels: Int) -> [UInt8] {
      let count = 2 * levels + 1
      func list(_ value: (Int) -> String) -> String { "[" + (0..<count).map(value).joined(separator: ",") + "]" }
      let zeros = list { _ in "0" }
      return model([
        "left_children": list { $0 % 2 == 0 && $0 < count - 1 ? "\($0 + 1)" : "-1" },
        "right_children": list { $0 % 2 == 0 && $0 < count - 1 ? "\($0 + 2)" : "-1" }, "split_indices": zeros,
        "split_conditions": list { "-\($0 + 1)" }, "default_left": zeros, "split_type": zeros,
        "sum_hessian": list { "\(count - $0)" },
      ])
    }
    let scoring = try ScoringModel(json: chain(500))
    let margins = scoring.margins(rows, threads: 1)
    let contributions = try #require(scoring.contributions(rows, threads: 1)).values
    #expect(margins == [-1000.5, -1000.5, -1000.5])
    #expect(abs(contributions[0..<3].reduce(0, +) + 1000.5) < 1e-3)
    #expect(throws: LearningError.damagedPackage("tree 0 of model.json has more than 4096 levels")) {
      try ScoringModel(json: chain(5000))
    }
  }

  @Test(
    "a bush at the end of a long chain takes time by its nodes, not by its leaves times their depth",
    .timeLimit(.minutes(1)))
  func bushOnChain() throws {
    // 3,000 levels of one leaf each, then 14 levels of all: 5 x 10^7 pairs of a leaf and an edge above it.
    let (chain, levels) = (3000, 14)
    let count = 2 * chain + (1 << (levels + 1)) - 1
    let first = 2 * chain
    let children = (0..<count).map { node -> Int in
      if node < first { return node % 2 == 0 ? node + 1 : -1 }
      let child = first + 2 * (node - first) + 1
      return child < count ? child : -1
    }
    func list(_ value: (Int) -> String) -> String { "[" + (0..<count).map(value).joined(separator: ",") + "]" }
    let zeros = list { _ in "0" }
    let scoring = try ScoringModel(
      json: model([
        "left_children": list { "\(children[$0])" },
        "right_children": list { "\(children[$0] < 0 ? -1 : children[$0] + 1)" },
        "split_indices": list { "\($0 % 2)" }, "split_conditions": list { "-\($0 + 1)" }, "default_left": zeros,
        "split_type": zeros, "sum_hessian": list { "\(count - $0)" },
      ]))
    let one = FeatureEncoder.Rows(values: [0, 0.25], rowCount: 1)
    let contributions = try #require(scoring.contributions(one, threads: 1)).values
    let margin = Double(scoring.margins(one, threads: 1)[0])
    #expect(abs(contributions.reduce(0, +) / margin - 1) < 1e-6)
  }

  @Test("trees that split by more features than a byte kernel has columns are scored all the same")
  func manyFeatures() throws {
    // Each node of 132 trees of 8 levels splits by a feature of its own.
    let (trees, splits) = (132, 255)
    let count = 2 * splits + 1
    func list(_ value: (Int) -> String) -> String { "[" + (0..<count).map(value).joined(separator: ",") + "]" }
    let zeros = list { _ in "0" }
    let fixed =
      #""left_children":\#(list { $0 < splits ? "\(2 * $0 + 1)" : "-1" }),"right_children":\#(list { $0 < splits ? "\(2 * $0 + 2)" : "-1" }),"#
      + #""split_conditions":\#(list { _ in "0.5" }),"default_left":\#(zeros),"split_type":\#(zeros),"sum_hessian":[],"#
      + #""categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[]"#
    let bodies = (0..<trees).map { tree in
      "{\(fixed),\"split_indices\":\(list { $0 < splits ? "\(tree * splits + $0)" : "0" })}"
    }
    let groups = [String](repeating: "0", count: trees).joined(separator: ",")
    let text =
      #"{"learner":{"gradient_booster":{"model":{"tree_info":[\#(groups)],"trees":[\#(bodies.joined(separator: ","))]},"#
      + #""name":"gbtree"},"learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"\#(trees * splits)"},"#
      + #""objective":{"name":"reg:squarederror"}},"version":[1,7,4]}"#
    let scoring = try ScoringModel(json: Array(text.utf8))
    let rows = FeatureEncoder.Rows(values: [Float](repeating: 0, count: trees * splits), rowCount: 1)
    #expect(scoring.scores(rows, threads: 1) == [0.5 * Float(trees + 1)])
  }

  @Test("flipped bytes and cut ends never crash", arguments: 0..<40)
  func flipped(seed: Int) throws {
    let fixture = try ForestFixtureTests.fixture("1.7.6")
    let name = ["regression", "classes", "deep", "linear"][seed % 4]
    let original = Array(try #require(fixture.cases[name]).model.utf8)
    for round in 0..<5 {
      var damaged = original
      for index in 0...round {
        let place = ((seed * 5 + round) * 104_729 + index * 7919) % damaged.count
        damaged[place] = Array("0123456789-[]{},\"eE.".utf8)[(seed + index) % 20]
      }
      if round == 4 { damaged.removeLast((seed * 104_729) % damaged.count) }
      guard let scoring = try? ScoringModel(json: damaged), scoring.featureCount == 4 else { continue }
      let rows = fixture.encoded
      #expect(scoring.scores(rows, threads: 1).count == rows.rowCount * scoring.outputCount)
      _ = scoring.contributions(rows, threads: 1)
    }
  }
}
