"""The rich text editor in the admin: pictures, footnotes, and what is pasted from Word, WPS and web pages."""

import pytest

from portal.media.models import Image, Use
from portal.pages.models import Page
from tests.factories import ImageFactory, StaffFactory, picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WRITE = "/admin/pages/page/add/"


@pytest.fixture
def editor(page, log_in):
    """The page of a new record, its editor ready."""
    log_in(page, StaffFactory())
    page.goto(WRITE)
    page.locator(".ProseMirror[contenteditable]").click()
    return page


def button(page, name):
    return page.locator(f".prose-menubar__button[data-name={name}]")


def save(page, slug="about"):
    """Fill in what else the form asks for, save, and return the text that the database has now."""
    page.locator("#id_slug").fill(slug)
    page.locator("#id_title").fill("关于本站")
    page.locator("[name=_save]").click()
    page.wait_for_url("**/admin/pages/page/")
    return str(Page.objects.get(slug=slug).body)


def paste(page, html, text="", files=()):
    """A paste event as the browser makes it, with HTML, text and files on the clipboard."""
    page.evaluate(
        """([html, text, files]) => {
            const data = new DataTransfer()
            if (html) data.setData("text/html", html)
            if (text) data.setData("text/plain", text)
            for (const [name, bytes] of files) {
                data.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}))
            }
            const target = document.querySelector(".ProseMirror[contenteditable]")
            target.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}))
        }""",
        [html, text, [[name, list(content)] for name, content in files]],
    )


WORD = """\
<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style>
<!-- p.MsoNormal {margin:0cm; font-size:10.5pt;} --></style>
</head><body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<h1 style='text-align:center'><span style='font-family:黑体'>双城经济圈建设<o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:21.0pt;mso-char-indent-count:2.0'><span style='font-family:宋体;
mso-ascii-font-family:Calibri'>2022年，</span><b><span lang=EN-US style='color:red'>GDP</span></b><span
style='font-family:宋体'>达到29129.03亿元。
</span><span lang=EN-US><o:p></o:p></span></p>
<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='margin-left:21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
lang=EN-US style='font-family:Wingdings;mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>
<span style='font-family:宋体'>占位</span></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:21.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
lang=EN-US style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>
交通</p>
<p class=MsoListParagraphCxSpLast style='margin-left:21.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
lang=EN-US style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>
产业</p>
<table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0
style='border-collapse:collapse;border:none;mso-yfti-tbllook:1184'>
<tr style='mso-yfti-irow:0'><td width=277 colspan=2 valign=top style='width:207.4pt;border:solid windowtext 1.0pt'>
<p class=MsoNormal><span style='font-family:宋体'>地区</span></p></td></tr>
<tr><td width=138><p class=MsoNormal>重庆</p></td><td width=138><p class=MsoNormal align=right>29129.03</p></td></tr>
</table>
<script>alert(1)</script><p class=MsoNormal onclick="alert(1)"><a href="javascript:alert(1)">链接</a></p>
<!--EndFragment--></body></html>
"""


def test_text_from_word_becomes_headings_lists_and_tables_without_a_trace_of_word(editor):
    paste(editor, WORD, "双城经济圈建设")

    assert save(editor) == (
        "<h2>双城经济圈建设</h2>"
        "<p>2022年，<strong>GDP</strong>达到29129.03亿元。</p>"
        "<ul><li>占位</li></ul>"
        "<ol><li>交通</li><li>产业</li></ol>"
        '<table><tbody><tr><td colspan="2">地区</td></tr><tr><td>重庆</td><td>29129.03</td></tr></tbody></table>'
        "<p>链接</p>"
    )


def test_text_from_a_web_page_loses_its_dress_and_foreign_pictures(editor):
    paste(
        editor,
        '<meta charset="utf-8"><div class="article" style="color:#333"><h3 style="margin:0">标题</h3>'
        '<p style="font-size:16px"><span style="font-weight:bold">要闻</span>：<font color="red">正文</font></p>'
        '<p><img src="https://example.org/a.jpg" onerror="alert(1)"></p><iframe src="https://example.org"></iframe>'
        '<p><a href="https://example.org/a" target="_blank" style="color:red">来源</a></p></div>',
    )

    assert save(editor) == (
        '<h3>标题</h3><p><strong>要闻</strong>：正文</p><p><a href="https://example.org/a" rel="noopener">来源</a></p>'
    )


def test_footnotes_of_word_stay_footnotes(editor):
    paste(
        editor,
        '<p class=MsoNormal>总值<a style=\'mso-footnote-id:ftn1\' href="#_ftn1" name="_ftnref1">'
        "<span class=MsoFootnoteReference>[1]</span></a>增长</p><div style='mso-element:footnote-list'>"
        '<div style=\'mso-element:footnote\' id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1">'
        "<span class=MsoFootnoteReference>[1]</span></a> 按当年价格计算。</p></div></div>",
    )

    assert save(editor) == (
        '<p>总值<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup>增长</p>'
        '<section class="footnotes"><ol><li id="fn-1">按当年价格计算。</li></ol></section>'
    )


def test_a_picture_is_uploaded_from_within_the_text(editor):
    editor.keyboard.type("开头")
    button(editor, "picture").click()
    dialog = editor.locator("dialog.prose-media")
    dialog.locator("input[type=file]").set_input_files(
        {"name": "江景.png", "mimeType": "image/png", "buffer": picture_bytes((1920, 1080))}
    )
    dialog.locator("[name=alt]").fill("两江交汇")
    dialog.locator("[name=caption]").fill("重庆朝天门")
    dialog.locator("[type=submit]").click()
    dialog.wait_for(state="detached")
    editor.locator(".ProseMirror figure img").wait_for()

    text = save(editor)

    image = Image.objects.get()
    assert text == (
        f'<p>开头</p><figure><img src="/media/{image.pk}/w960/" alt="两江交汇" width="960" height="540">'
        "<figcaption>重庆朝天门</figcaption></figure>"
    )
    assert (image.alt, image.caption, image.original_name) == ("两江交汇", "重庆朝天门", "江景.png")
    assert Use.objects.get().record == Page.objects.get()


def test_a_refused_picture_is_explained_in_the_dialog_and_the_text_stays(editor):
    editor.keyboard.type("开头")
    button(editor, "picture").click()
    dialog = editor.locator("dialog.prose-media")
    dialog.locator("[type=submit]").click()
    nothing = dialog.get_by_role("alert").inner_text()
    dialog.locator("input[type=file]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": b"<svg onload='alert(1)'/>"}
    )
    dialog.locator("[type=submit]").click()
    editor.wait_for_function(
        "old => document.querySelector('[role=alert]').textContent != old && "
        "document.querySelector('[role=alert]').textContent",
        arg=nothing,
    )

    assert "PNG" in dialog.get_by_role("alert").inner_text()
    editor.keyboard.press("Escape")
    assert save(editor) == "<p>开头</p>"


def test_a_picture_that_is_there_is_chosen_and_its_text_changed_later(editor):
    image = ImageFactory(title="山城", alt="夜景", caption="洪崖洞")
    button(editor, "picture").click()
    dialog = editor.locator("dialog.prose-media")
    dialog.get_by_role("button", name="山城").click()
    dialog.locator("[type=submit]").click()
    editor.locator(".ProseMirror figure img").click()
    button(editor, "picture").click()
    assert dialog.locator("[name=alt]").input_value() == "夜景"
    dialog.locator("[name=alt]").fill("洪崖洞夜景")
    dialog.locator("[type=submit]").click()

    assert save(editor) == (
        f'<figure><img src="/media/{image.pk}/w960/" alt="洪崖洞夜景" width="64" height="48">'
        "<figcaption>洪崖洞</figcaption></figure>"
    )


def test_a_pasted_picture_file_asks_for_its_words_and_is_uploaded(editor):
    paste(editor, "", files=[("截图.png", picture_bytes())])
    dialog = editor.locator("dialog.prose-media")
    dialog.locator("[name=alt]").fill("截图")
    dialog.locator("[type=submit]").click()
    dialog.wait_for(state="detached")
    editor.locator(".ProseMirror figure").wait_for()

    assert save(editor) == (
        f'<figure><img src="/media/{Image.objects.get().pk}/w960/" alt="截图" width="64" height="48"></figure>'
    )


def test_pictures_dropped_together_are_asked_about_one_after_the_other(editor):
    editor.evaluate(
        """pictures => {
            const data = new DataTransfer()
            for (const [name, bytes] of pictures) {
                data.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}))
            }
            const target = document.querySelector(".ProseMirror[contenteditable]")
            const { x, y } = target.getBoundingClientRect()
            const place = {clientX: x + 20, clientY: y + 20, dataTransfer: data, bubbles: true, cancelable: true}
            target.dispatchEvent(new DragEvent("drop", place))
        }""",
        [[f"{n}.png", list(picture_bytes(colour=(n, n, n)))] for n in (1, 2)],
    )
    dialog = editor.locator("dialog.prose-media")
    for words in ("一", "二"):
        dialog.locator("[name=alt]").fill(words)
        dialog.locator("[type=submit]").click()
        editor.locator(f".ProseMirror figure img[alt={words}]").wait_for()

    save(editor)
    assert list(Image.objects.order_by("pk").values_list("title", "alt")) == [("1", "一"), ("2", "二")]


def test_text_that_word_copies_with_a_picture_of_itself_is_pasted_as_text(editor):
    paste(editor, "<p class=MsoNormal>正文</p>", files=[("image.png", picture_bytes())])

    assert editor.locator("dialog.prose-media").count() == 0
    assert save(editor) == "<p>正文</p>"


def test_footnotes_are_numbered_in_the_order_of_their_marks(editor):
    def footnote(words):
        button(editor, "footnote").click()
        editor.keyboard.type(words)

    editor.keyboard.type("甲乙")
    footnote("后注")
    editor.locator(".ProseMirror > p").first.click()
    editor.keyboard.press("Home")
    # The editing surface learns of the cursor a moment after the browser has moved it.
    editor.wait_for_function("getSelection().anchorOffset == 0 && getSelection().anchorNode.parentNode.tagName == 'P'")
    editor.keyboard.type("丙")
    footnote("前注")

    shown = editor.locator("section.footnotes li").all_inner_texts()
    assert [words.strip() for words in shown] == ["前注", "后注"]
    assert save(editor) == (
        '<p>丙<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup>甲乙'
        '<sup class="footnote-ref"><a href="#fn-2" id="fnref-2">2</a></sup></p>'
        '<section class="footnotes"><ol><li id="fn-1">前注</li><li id="fn-2">后注</li></ol></section>'
    )


def test_backspace_in_an_empty_note_removes_it_with_its_mark(editor):
    editor.keyboard.type("甲")
    button(editor, "footnote").click()
    editor.keyboard.type("注")
    editor.keyboard.press("Backspace")
    editor.keyboard.press("Backspace")
    editor.keyboard.type("乙")

    assert save(editor) == "<p>甲乙</p>"


def test_what_was_saved_opens_and_saves_again_without_a_change(editor):
    image = ImageFactory()
    text = (
        "<h2>一级</h2><h3>二级</h3><h4>三级</h4>"
        "<p><strong>粗</strong><em>斜</em><u>线</u><s>删</s>H<sub>2</sub>m<sup>2</sup>"
        '<sup class="footnote-ref"><a href="#fn-1" id="fnref-1">1</a></sup></p>'
        "<ul><li><p>甲</p><ul><li>子</li></ul></li><li>乙</li></ul>"
        '<ol start="3"><li>丙</li></ol><blockquote><p>引文</p></blockquote><hr>'
        "<table><tbody><tr><th>地区</th><th>总值</th></tr><tr><td>重庆</td><td>29129.03</td></tr></tbody></table>"
        f'<figure><img src="/media/{image.pk}/w960/" alt="江边" width="64" height="48">'
        "<figcaption>图</figcaption></figure>"
        '<p>后<a href="https://example.org/" rel="noopener">链</a></p>'
        '<section class="footnotes"><ol><li id="fn-1">注</li></ol></section>'
    )
    record = Page.objects.create(slug="old", title="旧页", body=text)
    assert str(Page.objects.get().body) == text
    editor.goto(f"/admin/pages/page/{record.pk}/change/")
    editor.locator(".ProseMirror[contenteditable] > p").last.click()
    editor.keyboard.press("End")
    editor.keyboard.type("x")
    editor.keyboard.press("Backspace")

    assert save(editor, "old") == text


@pytest.mark.parametrize(("language", "words"), [("en", "Insert a table"), ("zh-hans", "插入表格")])
def test_the_buttons_speak_the_language_of_the_user(page, log_in, language, words):
    log_in(page, StaffFactory(language=language))
    page.goto(WRITE)

    table = page.get_by_role("button", name=words, exact=True)

    table.wait_for()
    assert table.get_attribute("title") == words
