"""Words that hold sentences together and say nothing of what a text is about, by language.

Only what is told to people leaves them out (`overlap`): likeness weighs words by how rare they are and needs no list.
Each stands for all of its forms with the same stem.
"""

from __future__ import annotations

_WRITTEN = {
    "en": """
        a about after again all also an and another any are as at because been before being between both but by
        came can could did do does during each even every few for from had has have he her here his how if in
        into is it its just later less like made make many may might more most much must never no not now of off
        on one only or other our out over own said same say says she should since so some still such than that
        the their them then there these they this those through to too under until up upon very was we well were
        what when where which while who whom whose why will with without would year years yet you your
    """,
    "ru": """
        а без более будет будут был была были было быть в вот все всё всех год года году где даже два для до его
        ее её если есть еще ещё же за здесь и из или им их к как когда который кто куда ли лет между меня может
        можно мы на над надо не нет но ну о об один он она они оно от очень перед по под после потом потому при
        про раз с сам своей свои своих свой себя сейчас со стал стали так также там теперь то того тоже только
        том тот три тут ты у уже хотя через что чтобы эта эти это этого этой этот
    """,
    "ka": """
        ამ ან არ არა არის ასევე აქ აღარ გამო და დღეს ერთი თუ იგი ის იქ იყო კი მათ მათი მაინც მანამდე მას მაშინ
        მერე მისი მიერ მიმართ მხოლოდ ორი რა რადგან რამდენიმე რატომ რაც როგორ როგორც როდესაც რომ რომელიც რომლის
        როცა სადაც სანამ სხვა უკვე უნდა უფრო ყველა შემდეგ შესახებ შორის ჩვენ ხოლო
    """,
    "hy": """
        այդ այլ այն այնտեղ այս այստեղ առաջ առանց ավելի բայց բոլոր դա դեռ դեպի ես երբ երկու եւ և եթե են է էին էր
        ըստ թե իսկ իր իրենց կամ հետ հետո համար մասին մեկ մենք մեջ մի միայն միջև մյուս նա նաև նրա նրանք ով որ որը
        որոնք որպես որտեղ պետք սա վրա տակ ու ուր քան
    """,
    "az": """
        amma ancaq arasında artıq bir biri bu bunu bunun bütün da daha deyil digər də edir ediləcək edilib elə
        etdi əgər əvvəl gələn görə haqqında hansı hər həm həmin hələ idi il ildə ilə indi isə kimi lakin necə nə
        o olan olar oldu olduğu olmaq olub on onlar onu onun öz özü qədər sonra tərəfindən üçün üzrə var və ya
        yalnız yenə yox
    """,
    "fa": """
        از است اگر اما آن آنها آنچه او ای این با باید بر برای بود بودند به بی بین پس پیش تا چگونه چند چه چون خود
        دارد دارند در درباره دربارهٔ دو دیگر را روی شد شده شود کرد کرده کند کنند که ما مگر میان می نه نیز نیست
        هر هم همان همه همین هنوز هیچ و وقتی ولی یا یک
    """,
}
FUNCTION_WORDS = {language: frozenset(text.split()) for language, text in _WRITTEN.items()}
