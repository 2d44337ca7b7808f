/// The colours of text and ground. Those of text have a contrast of 4.5 to 1 or more on both grounds, which a test holds
/// them to.
///
/// `a` to `f` are series of charts: Okabe and Ito's colours, which people who see few colours tell apart, some darkened to
/// have 3 to 1 on white. `h0` to `h6` are shades from faint to strong, the last three with `hd` written on them.
struct Palette {
  /// Custom properties by name, as six hexadecimal digits behind `#`.
  let colours: [(name: String, value: String)]

  static let light = Palette(colours: [
    ("ground", "#ffffff"), ("panel", "#f6f8fa"), ("ink", "#1b2026"), ("soft", "#58626d"), ("line", "#d5dbe1"),
    ("link", "#0a58a8"), ("good", "#17703f"), ("bad", "#b3261e"), ("warn", "#85560a"), ("a", "#0072b2"),
    ("b", "#d55e00"), ("c", "#00865f"), ("d", "#b0538c"), ("e", "#8c6d00"), ("f", "#4d5966"), ("fill", "#dbe9f6"),
    ("h0", "#e8eef5"), ("h1", "#cfdfee"), ("h2", "#aecde6"), ("h3", "#75aad4"), ("h4", "#2f74ae"), ("h5", "#1a5a95"),
    ("h6", "#0b3865"), ("hd", "#ffffff"),
  ])

  static let dark = Palette(colours: [
    ("ground", "#11161b"), ("panel", "#1a2128"), ("ink", "#e4e9ee"), ("soft", "#9ba7b3"), ("line", "#343e48"),
    ("link", "#7db7f0"), ("good", "#5cc98d"), ("bad", "#ff8a80"), ("warn", "#e3b341"), ("a", "#56b4e9"),
    ("b", "#f0954f"), ("c", "#3fc79a"), ("d", "#e19ac4"), ("e", "#d9b84a"), ("f", "#a9b4c0"), ("fill", "#203a52"),
    ("h0", "#1c2833"), ("h1", "#203a52"), ("h2", "#25517a"), ("h3", "#2d6596"), ("h4", "#5c9fd0"), ("h5", "#92c5e8"),
    ("h6", "#cfe6f7"), ("hd", "#0d141b"),
  ])

  /// What text is written in, and what it is written on.
  static let textNames = ["ink", "soft", "link", "good", "bad", "warn"]
  static let groundNames = ["ground", "panel"]

  /// `--ground:#fff;--ink:…`.
  var css: String { colours.map { "--\($0.name):\($0.value)" }.joined(separator: ";") }

  subscript(name: String) -> String? { colours.first { $0.name == name }?.value }
}
