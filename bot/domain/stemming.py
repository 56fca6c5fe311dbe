"""Plurals to singulars, and nothing else: `optimizes` is `optimize`, `optimized` stays.

Every rule and every exception is listed here, and each has its line in `tests/domain/test_text_stemming.py`.
`singular(singular(word)) == singular(word)` holds for every word, so that a stored query reads back as itself.
"""

from __future__ import annotations

# Words that end in s and are no plurals; what ends in -ss, -us or -is, or has three letters, needs no line here.
STAYS = frozenset(
    """
    acoustics aerodynamics aeronautics astrophysics avionics bioethics bioinformatics biomechanics
    biophysics biostatistics combinatorics cryptographics cybernetics dynamics econometrics economics electrodynamics
    electromagnetics electronics epigenetics ergonomics ethics forensics genetics genomics geophysics haptics hemodynamics
    hydrodynamics informatics kinematics kinetics linguistics logistics magnetohydrodynamics mathematics mechanics
    mechatronics metabolomics microeconomics microelectronics nanophotonics neuroethics obstetrics omics optics optoelectronics
    orthopedics pediatrics photonics physics politics pragmatics proteomics psycholinguistics psychometrics radiomics robotics
    semantics spintronics statistics thermodynamics transcriptomics
    afterwards always besides does perhaps sometimes theirs towards upwards whereas
    alias atlas bias biogas canvas chaos christmas cosmos debias diabetes ethos herpes kudos lens news pancreas pathos
    rabies texas
    series species subspecies timeseries
    athens bayes brussels gibbs hastings hawkes kansas keras kubernetes lammps mars netherlands
    neurips pandas stokes
    aids bios blas cmos iaas paas saas sars
    """.split()  # noqa: SIM905 - a list of words reads best as words
)

# Plurals no rule makes right; acronyms whose lower-case plurals look like -us, -is or -oes words.
IRREGULAR = {
    plural: single
    for single, plurals in {
        "ad": "ads", "api": "apis", "bci": "bcis", "cli": "clis", "cpu": "cpus", "db": "dbs", "gpu": "gpus",
        "gui": "guis", "kpi": "kpis", "lm": "lms", "moe": "moes", "mri": "mris", "nn": "nns", "npu": "npus", "pc": "pcs",
        "poi": "pois", "roi": "rois", "tpu": "tpus", "vm": "vms",
        "antenna": "antennae", "appendix": "appendices", "automaton": "automata", "axis": "axes",
        "bacterium": "bacteria", "bus": "buses", "calf": "calves", "child": "children", "corpus": "corpora", "crisis": "crises",
        "criterion": "criteria", "diagnosis": "diagnoses", "emphasis": "emphases", "focus": "foci", "foot": "feet",
        "formula": "formulae", "fungus": "fungi", "half": "halves", "index": "indices", "knife": "knives",
        "larva": "larvae", "leaf": "leaves", "locus": "loci", "man": "men", "matrix": "matrices", "maximum": "maxima",
        "menu": "menus", "metastasis": "metastases", "minimum": "minima", "mouse": "mice", "nucleus": "nuclei",
        "optimum": "optima", "phenomenon": "phenomena", "prognosis": "prognoses", "quantum": "quanta", "quiz": "quizzes",
        "radius": "radii", "schema": "schemata", "shelf": "shelves", "simplex": "simplices", "spectrum": "spectra",
        "stimulus": "stimuli", "stratum": "strata", "thesis": "theses", "thief": "thieves", "tooth": "teeth",
        "vertex": "vertices", "vortex": "vortices", "wolf": "wolves", "woman": "women",
        "ache": "aches", "avalanche": "avalanches", "cache": "caches", "headache": "headaches", "niche": "niches",
        "canoe": "canoes", "foe": "foes", "shoe": "shoes", "toe": "toes",
        "calorie": "calories", "cookie": "cookies", "movie": "movies", "selfie": "selfies", "zombie": "zombies",
        "alias": "aliases", "atlas": "atlases", "bias": "biases", "canvas": "canvases", "gas": "gases", "lens": "lenses",
    }.items()
    for plural in plurals.split()
}  # fmt: skip

# These hold at the end of a longer word too, so that "sub-matrices" and "submatrices" are one compound.
_COMPOUND = ("matrices", "vertices", "indices", "vortices", "simplices", "caches")
_STAYS_COMPOUND = ("series", "species")

# Singulars that end in -us: "viruses" is "virus", but "causes" is "cause".
_USES = (
    "apparatuses", "bonuses", "campuses", "censuses", "choruses", "consensuses", "corpuses", "fetuses",
    "focuses", "geniuses", "nexuses", "octopuses", "sinuses", "statuses", "stimuluses", "surpluses", "syllabuses",
    "thesauruses", "viruses",
)  # fmt: skip
_SHORTEST_PLURAL = 4  # "gps", "gas" and "pos" stay; "ads" and "lms" are listed above


def singular(word: str) -> str:
    """Return the singular of a case-folded word, by listed rules; any other word as it is."""
    if word in STAYS:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    if (
        len(word) < _SHORTEST_PLURAL
        or not word.endswith("s")
        or "&" in word  # R&S is no plural of R&
        or word.endswith(("ss", "us", "is", *_STAYS_COMPOUND))
    ):
        return word
    return singular(_shortened(word))


def _shortened(word: str) -> str:
    for plural in _COMPOUND:
        if word.endswith(plural):
            return word.removesuffix(plural) + IRREGULAR[plural]
    if word.endswith(("yses", "theses")):  # analyses, hypotheses
        return word[:-2] + "is"
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:  # studies; but ties, lies
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "tzes", "oes", *_USES)):
        return word[:-2]
    return word[:-1]  # models, cases, optimizes, waves
