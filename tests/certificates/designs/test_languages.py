"""Every letter of the 24 languages of the EU is printed from our own fonts and can be read back."""

from __future__ import annotations

from datetime import date

import pytest

from certificates.designs.facts import AwardPart
from certificates.designs.render import render
from certificates.designs.sample import sample_facts
from lms.kernel.i18n import EU_LANGUAGES
from tests.certificates.designs.reading import Reading

# A name, and words with the letters that are special to the language.
SAMPLES = {
    "bg": ("Щерьо Юлиянов-Жечев", "обучение за общини: цели, мерки, показатели, съвет; АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯ"),
    "cs": ("Ondřej Šťastný", "příliš žluťoučký kůň úpěl ďábelské ódy; ĚŠČŘŽÝÁÍÉŮÚŤĎŇÓ"),
    "da": ("Søren Åkjær", "bæredygtig ledelse på tværs af forvaltninger; ÆØÅæøåé"),
    "de": ("Jürgen Großmann", "Städte fördern, Maßnahmen prüfen, Übergänge schaffen; ÄÖÜẞäöüß"),
    "el": ("Ελένη Παπαδάκη", "βιώσιμη ανάπτυξη πόλεων· «κύκλος» ΆΈΉΊΌΎΏΪΫάέήίόύώϊϋΐΰς"),
    "en": ("Siân O’Connor", "find out what a city needs – and say “no” where it must; £ € …"),
    "es": ("Iñaki Ibáñez Güell", "¿qué necesita la ciudad? ¡formación! ÁÉÍÓÚÜÑáéíóúüñ ªº"),
    "et": ("Õnne Jõõts-Pärtel", "säästev areng, jäätmekäitlus, šokk ja žanr; ÕÄÖÜŠŽõäöüšž"),
    "fi": ("Väinö Ääkkönen", "kestävä kehitys työpajassa, Åbo; ÄÖÅŠŽäöåšž"),
    "fr": ("Zoë Lefèvre-Façon", "où l’œuvre naît : à Noël, ça dépend ; ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸÿ «»"),
    "ga": ("Sinéad Ní Mháille", "forbairt inbhuanaithe ag an gcathair; ÁÉÍÓÚáéíóú ḂĊḊḞĠṀṠṪ ḃċḋḟġṁṡṫ"),
    "hr": ("Đurđica Šćepanović", "održivi razvoj gradova, čišći zrak, žito; ČĆĐŠŽčćđšž"),
    "hu": ("Győző Űrhegyi", "árvíztűrő tükörfúrógép; ÁÉÍÓÖŐÚÜŰáéíóöőúüű"),
    "it": ("Niccolò D’Alì", "la città è già così, perché può; ÀÈÉÌÒÙàèéìòù"),
    "lt": ("Žydrūnė Šerkšnytė", "darnus vystymasis įmonėje, ąžuolų giraitė; ĄČĘĖĮŠŲŪŽąčęėįšųūž"),
    "lv": ("Ģirts Ķēniņš", "ilgtspējīga pilsētu attīstība, ļoti labi; ĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūž"),
    "mt": ("Ġorġ Ħaż-Żebbuġ", "żvilupp sostenibbli għall-bliet, ċertifikat; ĊĠĦŻċġħż À"),
    "nl": ("Daniëlle van IJzeren", "coördinatie, één beleid, ideeën; ËÏÖÜËëïöüéèç"),
    "pl": ("Łucja Świętosławska", "zażółć gęślą jaźń; ĄĆĘŁŃÓŚŹŻąćęłńóśźż"),
    "pt": ("João Conceição", "formação à distância, avô e avó, três; ÃÕÇÁÀÂÉÊÍÓÔÚãõçáàâéêíóôú"),
    "ro": ("Ștefania Țuțuianu", "știință și învățătură în oraș; ĂÂÎȘȚăâîșț"),
    "sk": ("Ľubomír Ťažký", "kŕdeľ šťastných ďatľov učí pri ústí Váhu; ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ"),
    "sl": ("Čedomil Žužek", "trajnostni razvoj občin, šole, življenje; ČŠŽčšž"),
    "sv": ("Åsa Öström-Hägglöf", "hållbar utveckling på köpet; ÅÄÖåäöé"),
}


def test_all_languages_are_here() -> None:
    assert set(SAMPLES) == set(EU_LANGUAGES)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_names_and_sentences_of_every_language_read_back_letter_by_letter(language: str) -> None:
    name, words = SAMPLES[language]
    facts = sample_facts(
        language=language,
        holder_name=name,
        award=(AwardPart(words), AwardPart(" "), AwardPart(words, strong=True)),
        outcomes=(words,),
        workload=name,
        title=name,
        awarding_body=f"{name} & {name}",
    )
    reading = Reading.of(render(facts, "trainer"))
    assert reading.language == language
    assert name in reading.tagged("P")
    assert f"{words} {words}" in reading.tagged("P")
    assert words in reading.tagged("LBody")
    assert f"{name} & {name}" in reading.text
    # Another font would mean that a letter is missing from ours, and that the look depends on the machine.
    assert all(font.startswith("Certificate") for font in reading.fonts), reading.fonts


@pytest.mark.parametrize(
    ("language", "issued"),
    [("fi", "2. lokakuuta 2026"), ("el", "2 Οκτωβρίου 2026"), ("bg", "2 октомври 2026 г."), ("en", "2 October 2026")],
)
def test_dates_and_country_are_written_in_the_language_of_the_certificate(language: str, issued: str) -> None:
    reading = Reading.of(render(sample_facts(language=language, issued_on=date(2026, 10, 2)), "trainer"))
    assert issued in reading.text
    assert {"fi": "Romania", "el": "Ρουμανία", "bg": "Румъния", "en": "Romania"}[language] in reading.text
