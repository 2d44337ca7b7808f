import Records
import Store
import Testing

@testable import Reports

@Suite struct LineageGraphTests {
  private static func artifact(_ kind: Artifact.Kind, _ name: String, _ version: Int? = nil) -> Artifact {
    Artifact(
      kind: kind, digest: Digest(of: Array(name.utf8)),
      version: version.map { VersionLabel(project: "p", name: name, number: $0) })
  }

  private static func step(
    _ id: String, _ inputs: [Artifact], _ outputs: [Artifact], _ outcome: StepRecord.Outcome = .ran,
    from run: String? = nil
  ) -> StepRecord {
    StepRecord(
      id: id, kind: "run", outcome: outcome, reusedFrom: run,
      inputs: inputs.map { .init(name: "in", reference: $0.version?.text ?? $0.shortDigest, artifact: $0) },
      outputs: outputs.map { .init(name: "", artifact: $0) })
  }

  private static func run(_ id: String, _ steps: [StepRecord]) -> RunRecord {
    let time = Timestamp(seconds: 0)
    return RunRecord(
      id: id, job: "job", project: "p", outcome: .done, logicalTime: time, started: time, finished: time,
      wallSeconds: 1,
      attemptCount: 1, specName: "job.yaml", origin: "/", spec: Digest(of: []), params: [:], host: "vm",
      toolVersion: "0.1.0", steps: steps)
  }

  private let raw = artifact(.files, "raw")
  private let data = artifact(.dataset, "data", 1)
  private let part = artifact(.dataset, "part")
  private let model = artifact(.model, "model", 1)

  private func trace(_ records: [RunRecord], of subject: Artifact, madeBy run: String?) throws -> LineageGraph {
    var evidence = MemoryEvidence()
    for record in records { evidence.add(record) }
    var tracer = LineageTracer(evidence)
    return try tracer.ancestry(of: subject, madeBy: run)
  }

  @Test("a model is followed through runs, by the version that one published and the other read, to the raw files")
  func followsVersions() throws {
    let graph = try trace(
      [
        Self.run("take", [Self.step("raw", [raw], [data])]),
        Self.run("train", [Self.step("split", [data], [part]), Self.step("train", [part], [model])]),
      ], of: model, madeBy: "train")
    #expect(graph.boxes.map(\.artifact) == [model, part, data, raw])
    #expect(graph.boxes.map { $0.maker?.run } == ["train", "train", "take", nil])
    #expect(graph.boxes.map(\.level) == [0, -1, -2, -3])
    #expect(graph.endsAtRawFiles)
    #expect(graph.nearestDatasets.map(\.text) == ["data@v1"])
  }

  @Test("what a run took over of an earlier one was made by the earlier one")
  func followsReuse() throws {
    let graph = try trace(
      [
        Self.run("first", [Self.step("raw", [raw], [part])]),
        Self.run(
          "again", [Self.step("raw", [raw], [part], .reused, from: "first"), Self.step("train", [part], [model])]),
      ], of: model, madeBy: "again")
    #expect(graph.boxes[1].maker?.run == "first")
  }

  @Test("where the record of who made it is gone, the record of who took it over says what of")
  func lostRecord() throws {
    let graph = try trace(
      [
        Self.run(
          "again", [Self.step("raw", [raw], [part], .reused, from: "lost"), Self.step("train", [part], [model])])
      ], of: model, madeBy: "again")
    #expect(graph.boxes[1].maker == LineageGraph.Maker(run: "again", step: "raw", kind: "run"))
    #expect(graph.endsAtRawFiles)
  }

  @Test("who passes on what it read has not made it")
  func passedOn() throws {
    let graph = try trace(
      [
        Self.run(
          "train",
          [Self.step("raw", [raw], [data]), Self.step("check", [data], [data]), Self.step("train", [data], [model])])
      ], of: model, madeBy: "train")
    #expect(graph.boxes[1].maker?.step == "raw")
  }

  @Test("data that nobody recorded the origin of is shown as such")
  func unknown() throws {
    let graph = try trace([Self.run("train", [Self.step("train", [part], [model])])], of: model, madeBy: "train")
    #expect(graph.boxes[1].maker == nil)
    #expect(!graph.endsAtRawFiles)
    let layout = Layout(siteName: "s", path: "models/p/model.html")
    #expect(LineageSection(graph: graph, layout: layout, title: "model v1").html.text.contains("origin unknown"))
  }

  @Test("steps that made the same bytes of each other draw no circle")
  func circle() throws {
    let graph = try trace(
      [
        Self.run(
          "odd", [Self.step("a", [part], [data]), Self.step("b", [data], [part]), Self.step("train", [part], [model])])
      ],
      of: model, madeBy: "odd")
    #expect(Set(graph.boxes.map(\.artifact)) == [model, part, data])
    #expect(graph.boxes.allSatisfy { $0.level >= -3 })
  }

  @Test("what has no room is counted", arguments: [100, 2000])
  func bounded(count: Int) throws {
    let sources = (0..<count).map { Self.artifact(.files, "file \($0)") }
    let graph = try trace([Self.run("train", [Self.step("train", sources, [model])])], of: model, madeBy: "train")
    let room = LineageGraph.boxLimit - LineageGraph.downstreamLimit - 1
    #expect(graph.boxes.count == room + 1 && graph.cutCount == count - room)
    #expect(!graph.endsAtRawFiles)
  }

  @Test("a chain of any length ends where there is no room, and says so")
  func deep() throws {
    let chain = (0..<40).map { Self.artifact(.dataset, "data \($0)") }
    let steps = zip(chain, chain.dropFirst()).enumerated().map {
      Self.step("\($0.offset)", [$0.element.0], [$0.element.1])
    }
    let graph = try trace(
      [Self.run("long", steps + [Self.step("train", [chain[39]], [model])])], of: model, madeBy: "long")
    #expect(graph.boxes.count == LineageGraph.levelLimit + 1 && graph.cutCount == 1)
  }

  @Test("what was made of it is followed through what has no name, and older runs are counted")
  func descendants() throws {
    var evidence = MemoryEvidence()
    evidence.add(Self.run("take", [Self.step("raw", [raw], [data])]))
    let names = (0..<20).map { "train \($0)" }
    for name in names {
      let (own, made) = (Self.artifact(.dataset, "part of \(name)"), Self.artifact(.model, name, 1))
      evidence.add(Self.run(name, [Self.step("split", [data], [own]), Self.step("train", [own], [made])]))
    }
    var tracer = LineageTracer(evidence)
    var graph = try tracer.ancestry(of: data, madeBy: "take")
    try tracer.addDescendants(by: names, to: &graph)
    let later = graph.boxes.indices.filter { graph.boxes[$0].level > 0 }
    #expect(later.count == LineageGraph.downstreamLimit && graph.olderUseCount == 4)
    #expect(later.allSatisfy { graph.sources(of: $0) == [0] && graph.boxes[$0].artifact.kind == .model })
  }

  @Test("boxes do not lie on each other, and edges go from left to right", arguments: [1, 2, 3, 4, 5])
  func plan(seed: UInt64) throws {
    var random = seed &* 0x9E37_79B9_7F4A_7C15
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    var artifacts = [raw]
    var steps: [StepRecord] = []
    for number in 0..<25 {
      let read = Set((0...next(3)).map { _ in next(artifacts.count) }).sorted().map { artifacts[$0] }
      let made = Self.artifact(.dataset, "made \(number)")
      steps.append(Self.step("\(number)", read, [made]))
      artifacts.append(made)
    }
    let graph = try trace([Self.run("many", steps)], of: artifacts[25], madeBy: "many")
    let plan = LineagePlan(graph)
    for (index, corner) in plan.corners.enumerated() {
      #expect(corner.x >= 0 && corner.x + LineagePlan.boxWidth <= plan.width, "seed \(seed)")
      #expect(corner.y >= 0 && corner.y + LineagePlan.boxHeight <= plan.height, "seed \(seed)")
      let others = plan.corners[..<index].filter { $0.x == corner.x }
      #expect(others.allSatisfy { abs($0.y - corner.y) >= LineagePlan.boxHeight }, "seed \(seed)")
    }
    #expect(plan.ways.allSatisfy { way in zip(way, way.dropFirst()).allSatisfy { $0.x < $1.x } }, "seed \(seed)")
  }

  @Test("the picture and the table are as they were looked at")
  func golden() throws {
    let site = try FixtureSite()
    let dossier = try ModelDossier(site.model, site.evidence)
    let graph = try #require(dossier.lineage)
    let layout = Layout(siteName: "demo", path: "models/air/delay.html")
    try Golden.check(LineageSection(graph: graph, layout: layout, title: "delay v2").html.text, "lineage.html")
  }
}
