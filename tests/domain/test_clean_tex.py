"""TeX in titles, abstracts and names as Unicode."""

import pytest

from bot.domain.clean import plain


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"Andr\'e", "André"),
        (r"Fran\c{c}ois", "François"),
        (r"Schr{\"o}dinger and Szeg\"{o}", "Schrödinger and Szegö"),
        (r"Erd{\H o}s, Pli\'{s}, \v{C}ech, \v Sev\v c\'ik", "Erdős, Pliś, Čech, Ševčík"),
        (r"{\L}ukasz S\o rensen Stra{\ss}e", "Łukasz Sørensen Straße"),
        (r"Sm\'{\i}d and \'\i", "Smíd and í"),
        (r"G\"oktu\u{g} \.Ilker Assump\c{c}\~ao", "Göktuğ İlker Assumpção"),
    ],
)
def test_names_get_their_accents(tex: str, shown: str) -> None:
    assert plain(tex) == shown


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        ("$H^{-1}$ and $10^{-19}$", "H⁻¹ and 10⁻¹⁹"),
        ("2 \\times 10^{-13}", "2 × 10⁻¹³"),
        ("$^3$He in U$^2$Mamba", "³He in U²Mamba"),
        ("$x_0$, $x_{12}$ and $x_{ij}$", "x₀, x₁₂ and x_ij"),
        (r"360$^\circ$ and $90^{\circ}$", "360° and 90°"),
        ("the $k^{th}$ and 20$^{\\text{th}}$", "the kth and 20th"),
        (r"$\mathcal{PT}$-symmetric $\mathbf{x}$ in $\mathbb{R}^3$", "PT-symmetric x in ℝ³"),
        (r"$\alpha\beta \to \infty$", "αβ→∞"),
        (r"$O(n\log n)$", "O(n log n)"),
        (r"$\frac{a}{b}$ and $\sqrt{n}$", "a/b and √(n)"),
        (r"$\|x\|_2$", "‖x‖₂"),
        (r"$\R^2$ and $\eps$", "R² and eps"),
        (r"A$^*$, $C^{\ast}$-algebras and $K(K^*)$", "A*, C*-algebras and K(K*)"),
        (r"$\mathbb{E}[X]$ over $\mathbb Z$", "E[X] over ℤ"),
        (r"\(x\) and \[y\]", "x and y"),
        (r"$ H_\infty $ control", "H_∞ control"),
        (r"g_\Gamma-solution", "g_Γ-solution"),
    ],
)
def test_formulas_become_readable(tex: str, shown: str) -> None:
    assert plain(tex) == shown


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\textbf{50% better} than before", "50% better than before"),
        (r"5\% of R\&D at \$3 for a\_b", "5% of R&D at $3 for a_b"),
        (r"{\bf bold} and {\em slanted}", "bold and slanted"),
        (r"as shown in \cite{knit2020} before", "as shown in before"),
        ("N{=}4 at 10{,}000 GPT{-}4 {+} x{>}0.5", "N=4 at 10,000 GPT-4 {+} x>0.5"),
        (r"$\mathcal{N}${=}4, $k{=}1$, $x_{+}y$", "N=4, k=1, x₊y"),
        ("braces {x}, f{name}, {=}, a{, }b and {-} stay", "braces {x}, f{name}, {=}, a{, }b and {-} stay"),
        (r"\href{https://example.org/a}{the code} is out", "the code is out"),
        (r"\url{https://example.org/a%20b}", "https://example.org/a%20b"),
        (r"``knitting'' robots", "“knitting” robots"),
        ("Rayleigh--Ritz", "Rayleigh–Ritz"),
        (r"see Fig.~1 for $x$, ~10 of them", "see Fig. 1 for x, ~10 of them"),
        (r"called \"knitting robots\" here", 'called "knitting robots" here'),
        (r"the \ourmodel robot", r"the \ourmodel robot"),
        (r"an unread $\foo", r"an unread $\foo"),
        (r"Cost of $3 with $K$ arms", "Cost of $3 with K arms"),
        (r"a lone \frac here", r"a lone \frac here"),
    ],
)
def test_commands_in_prose_show_their_text(tex: str, shown: str) -> None:
    assert plain(tex) == shown


def test_a_percent_sign_never_swallows_the_rest() -> None:
    assert plain(r"$x$ is 5% of $y$ % and more") == "x is 5% of y % and more"


def test_an_absurdly_long_formula_is_left_as_it_is() -> None:
    text = "$" + "x^2 + " * 2_000 + "1$"
    assert plain(text) == text
