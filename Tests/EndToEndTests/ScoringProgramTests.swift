import Foundation
import Testing

/// What a model's scoring command runs with is part of the keys of the steps that score with it.
@Suite struct ScoringProgramTests {
  let site: SiteFixture

  /// A Python of the site's own, with one package, and a model that reads it.
  init() throws {
    site = try SiteFixture()
    try site.write("rows.csv", "x,y\n" + (1...60).map { "\($0),\($0 % 2 == 0)\n" }.joined())
    try #require(try site.shell("python3 -m venv --without-pip python").status == 0)
    try install("1.0")
    try site.write(
      "make.sh",
      #"""
      mkdir outputs/model
      cat > outputs/model/score.py <<'END'
      import sys, tiny_scores
      rows = sys.stdin.read().splitlines()[1:]
      print("score")
      for row in rows: print(tiny_scores.VALUE)
      END
      echo '{"format": "nightshift-command-model 1", "task": "binary", "classes": ["false", "true"], "target": "y",
        "features": ["x"], "score": ["python3", "score.py"]}' > outputs/model/nightshift-model.json
      """#)
    try site.write(
      "job.yaml",
      """
      version: 1
      name: own
      project: p
      params: {depth: 2}
      steps:
        - {id: raw, uses: snapshot, with: {from: rows.csv, dataset: rows}}
        - {id: own, run: [sh, make.sh], code: make.sh, inputs: {train: raw}, outputs: {model: {kind: model, as: m}}}
        - {id: scores, uses: evaluate, with: {model: own.model, data: raw, resamples: 20}}
        - {id: said, run: [python3, -c, "import tiny_scores; print(tiny_scores.VALUE)"]}

      """)
  }

  private func install(_ version: String) throws {
    try #require(
      try site.shell(
        """
        cd python/lib/python3*/site-packages && rm -rf tiny_scores-*.dist-info && mkdir tiny_scores-$1.dist-info \
        && echo 'VALUE = 0.5' > tiny_scores.py
        """, version
      ).status == 0)
  }

  private func tool(_ arguments: String) throws -> SiteFixture.Answer {
    try site.shell("PATH=\"$PWD/python/bin:$PATH\" \"$1\" \(arguments)", SiteFixture.tool)
  }

  @Test("an upgraded package asks for new evaluations and commands, and the plan says why")
  func upgraded() throws {
    try #require(try tool("submit job.yaml --now 2013-02-01T02:00:00Z").status == 0)
    let first = try tool("run")
    try #require(first.status == 0, "\(first.errors)")
    let same = try tool("plan job.yaml").output
    #expect(same.components(separatedBy: "reuse").count == 5, "\(same)")
    try install("2.0")
    let plan = try tool("plan job.yaml").output
    let lines = plan.split(separator: "\n")
    #expect(
      lines.contains { $0.contains("scores") && $0.contains("the packages of the Python that scores for `model`") },
      "\(plan)")
    #expect(lines.contains { $0.contains("said") && $0.contains("the packages of its Python") }, "\(plan)")
    #expect(plan.components(separatedBy: "reuse").count == 3)
    // Nobody sees which parameters a command reads.
    let other = try tool("plan job.yaml --param depth=3").output
    #expect(other.contains("the job's `params`") && other.components(separatedBy: "reuse").count == 2, "\(other)")
    // A sandbox that the site demands from now on is another way to score.
    try install("1.0")
    #expect(try tool("plan job.yaml").output == same)
    try site.write("nightshift.yaml", "settle: 0s\nsandbox: strict\n")
    let strict = try tool("plan job.yaml").output
    #expect(strict.contains("the sandbox that `model` is scored in") == Self.hasSandbox, "\(strict)")
  }

  private static var hasSandbox: Bool {
    ["/usr/bin/bwrap", "/bin/bwrap"].contains { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
